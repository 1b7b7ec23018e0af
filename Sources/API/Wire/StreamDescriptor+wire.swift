package import Airbyte
package import JSON

extension StreamDescriptor {
    /// No namespace and an empty one are the same to Airbyte.
    init(wireName name: String, namespace: String?) {
        self.init(name: name, namespace: namespace.flatMap { $0.isEmpty ? nil : $0 })
    }

    var wire: JSON { JSON(present: ["name": .string(name), "namespace": namespace.map(JSON.string)]) }
}

/// Read as connections/clear/stream spells it: `streamName` and `streamNamespace`.
extension StreamDescriptor: WireReadable {
    package static func read(_ json: JSON, at path: String) throws -> StreamDescriptor {
        let body = try Body.read(json, at: path)
        return StreamDescriptor(
            wireName: try body.required("streamName"), namespace: try body.optional("streamNamespace"))
    }
}
