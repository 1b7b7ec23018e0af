package import Airbyte
package import JSON

extension ResourceRequirements {
    /// Nil where nothing is asked for.
    var wire: JSON? { wireOfPresent(self) }
}

extension ScopedResourceRequirements {
    var wire: JSON? { wireOfPresent(self) }
}

private func wireOfPresent(_ value: some Encodable) -> JSON? {
    guard let json = try? JSON.encode(value), json.objectValue?.isEmpty == false else { return nil }
    return json
}

extension ResourceRequirements: WireReadable {
    /// Amounts that are none are refused now, not when a sync starts.
    package static func read(_ json: JSON, at path: String) throws -> ResourceRequirements {
        let body = try Body.read(json, at: path)
        var requirements = ResourceRequirements()
        requirements.cpuRequest = try body.text("cpu_request", atMost: 40)
        requirements.cpuLimitText = try body.text("cpu_limit", atMost: 40)
        requirements.memoryRequest = try body.text("memory_request", atMost: 40)
        requirements.memoryLimitText = try body.text("memory_limit", atMost: 40)
        requirements.ephemeralStorageRequest = try body.text("ephemeral_storage_request", atMost: 40)
        requirements.ephemeralStorageLimit = try body.text("ephemeral_storage_limit", atMost: 40)
        requirements.processLimit = try body.optional("pids_limit")
        guard (16...1_000_000).contains(requirements.processLimit ?? 1024) else {
            throw Problem.unprocessable("\(path).pids_limit must be a whole number from 16 to 1000000.")
        }
        do throws(QuantityError) {
            _ = try requirements.cpuLimit
            _ = try requirements.memoryLimit
        } catch {
            throw Problem.unprocessable("\(path): \(error.message)")
        }
        return requirements
    }
}

extension ScopedResourceRequirements: WireReadable {
    package static func read(_ json: JSON, at path: String) throws -> ScopedResourceRequirements {
        let body = try Body.read(json, at: path)
        let special = try body.optional("jobSpecific", as: [Body].self)?.map { entry in
            try OfJobType(
                jobType: entry.required("jobType"), resourceRequirements: entry.required("resourceRequirements"))
        }
        guard special?.count ?? 0 <= 20 else {
            throw Problem.unprocessable("\(path).jobSpecific must hold 20 at most.")
        }
        return ScopedResourceRequirements(default: try body.optional("default"), jobSpecific: special)
    }
}

extension ScopedResourceRequirements.JobType: WireReadable {}
