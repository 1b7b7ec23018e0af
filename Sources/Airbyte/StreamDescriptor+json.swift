package import JSON

extension StreamDescriptor {
    /// Nil without a name.
    package init?(json: JSON) {
        guard let name = json["name"]?.stringValue else { return nil }
        self.init(name: name, namespace: json["namespace"]?.stringValue)
    }

    /// A null namespace is left out (protocol.md 11.2).
    package var json: JSON {
        var json: JSON = ["name": .string(name)]
        if let namespace { json["namespace"] = .string(namespace) }
        return json
    }
}
