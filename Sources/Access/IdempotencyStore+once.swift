extension IdempotencyStore {
    package enum Outcome: Sendable {
        /// It was carried out now, or before; `isReplay` says which.
        case answered(Answer, isReplay: Bool)
        case underWay
        case otherRequest
    }

    /// Carries a request out unless it was, holding it meanwhile. Only an answer of 2xx is kept: after any other the
    /// request may be sent again.
    package func once(_ request: Request, _ carryOut: @escaping @Sendable () async -> Answer) async throws -> Outcome {
        switch try await begin(request) {
        case .answered(let answer): return .answered(answer, isReplay: true)
        case .underWay: return .underWay
        case .otherRequest: return .otherRequest
        case .first(let holder):
            let answer = await holding(holder, carryOut)
            // It has been carried out, so whoever sent it is told how, even where that cannot be kept.
            if (200..<300).contains(answer.status) {
                try? await finish(holder, answer)
            } else {
                try? await abandon(holder)
            }
            return .answered(answer, isReplay: false)
        }
    }

    private func holding(_ holder: Holder, _ carryOut: @escaping @Sendable () async -> Answer) async -> Answer {
        let renewal = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: .seconds(20))
                // A failure now is made up for by the next round, or the hold lapses.
                try? await keepHolding(holder)
            }
        }
        defer { renewal.cancel() }
        return await carryOut()
    }
}
