import API
import HTTP
import JSON
import Testing

extension ContractTable {
    /// Whether a request that was carried out, and its answer, look as the operation's contract says.
    func expectHeld(_ request: HTTPRequest, _ answer: Answer, _ router: Router) throws {
        guard let found = try? router.find(request.method, request.target.segments),
            let contract = self[found.route.operation]
        else { return }
        guard (200..<300).contains(answer.status) else {
            if !contract.isImplemented { OperationRecord.add(contract.operation) }
            return
        }
        OperationRecord.add(contract.operation)
        if contract.givesJSON {
            if let gives = contract.gives {
                let mismatch = gives.mismatch(answer.json)
                #expect(mismatch == nil, "The answer of \(contract.operation) is not as described: \(answer.body)")
            } else {
                #expect(answer.status == 204, "\(contract.operation) is described to answer nothing")
            }
        }
        let isForm = request.headers["Content-Type"]?.hasPrefix("application/x-www-form-urlencoded") ?? false
        guard !request.body.isEmpty, !isForm, let takes = contract.takes else { return }
        let mismatch = takes.mismatch(try JSON.parse(request.body), ignoresCase: true)
        #expect(mismatch == nil, "The body of \(contract.operation) was taken and is not described")
    }
}
