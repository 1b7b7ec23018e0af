package import JSON

/// What a new container may be: one that cannot see or change anything of the host or of another container.
///
/// Of the members that give it rights only those below may be set, whatever else an engine knows now or later. The engine
/// takes their names in any case, so they are compared without it.
package enum ContainerRules {
    /// A sentence where it may not be made.
    package static func refusal(of container: JSON) -> String? {
        guard let members = container.objectValue else { return "What a container is to be must be a JSON object." }
        guard members["Labels"]?[EngineContainer.label]?.stringValue != nil else {
            return "A container may not be made without the label \(EngineContainer.label)."
        }
        for (name, value) in members where isNamed(name, "hostconfig") {
            guard let rights = value.objectValue else {
                if value.isNull { continue }
                return "HostConfig must be a JSON object."
            }
            for (name, value) in rights where !allows(name, value) {
                return "A container may not be made with HostConfig.\(name.prefix(40)) as it was asked for."
            }
        }
        // An engine that folds letters as Unicode does would find its names there.
        let all = members.keys + members.flatMap { $0.value.objectValue?.keys ?? [] }
        return all.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } || !mayFold($0) }
            ? nil : "A member's name holds letters that are read in more than one way."
    }

    /// How much it may use, how it is kept apart, and what is forgotten with it.
    private static let free: Set<String> = [
        "autoremove", "blkioweight", "capdrop", "consolesize", "cpucount", "cpuperiod", "cpupercent", "cpuquota",
        "cpurealtimeperiod", "cpurealtimeruntime", "cpushares", "cpusetcpus", "cpusetmems", "dns", "dnsoptions",
        "dnssearch",
        "extrahosts", "init", "kernelmemory", "memory", "memoryreservation", "memoryswap", "memoryswappiness",
        "nanocpus",
        "pidslimit", "readonlyrootfs", "restartpolicy", "shmsize", "tmpfs", "ulimits",
    ]

    /// What docker gives a container of its own accord, and none that reaches further.
    private static let capabilities: Set<String> = [
        "audit_write", "chown", "dac_override", "fowner", "fsetid", "kill", "net_bind_service", "setfcap", "setgid",
        "setpcap", "setuid", "sys_chroot",
    ]

    private static func allows(_ name: String, _ value: JSON) -> Bool {
        let name = name.lowercased()
        if free.contains(name) { return true }
        switch name {
        case "maskedpaths", "readonlypaths": return value.isNull
        case "networkmode":
            guard let mode = value.stringValue?.lowercased() else { return value.isNull }
            return mode != "host" && !mode.hasPrefix("container:") && !mode.hasPrefix("ns:")
        case "ipcmode", "cgroupnsmode": return isOne(of: ["", "none", "private"], value)
        case "isolation": return isOne(of: ["", "default"], value)
        case "oomscoreadj": return value == 0 || (value.intValue ?? -1) >= 0
        case "securityopt":
            return areAll(value) {
                ["no-new-privileges", "no-new-privileges:true", "no-new-privileges=true"].contains($0)
            }
        case "capadd":
            return areAll(value) { capabilities.contains($0.hasPrefix("cap_") ? String($0.dropFirst(4)) : $0) }
        case "logconfig":
            return value.isNull
                || isOne(of: ["", "none", "json-file", "local"], value["Type"] ?? .null) && hasPlainKeys(value)
        default: return isNothing(value)
        }
    }

    private static func isOne(of texts: Set<String>, _ value: JSON) -> Bool {
        value.isNull || value.stringValue.map { texts.contains($0.lowercased()) } ?? false
    }

    private static func areAll(_ value: JSON, _ test: (String) -> Bool) -> Bool {
        guard let list = value.arrayValue else { return value.isNull }
        return list.allSatisfy { $0.stringValue.map { test($0.lowercased()) } ?? false }
    }

    /// "Type" and "Config" alone, spelled so.
    private static func hasPlainKeys(_ value: JSON) -> Bool {
        value.objectValue?.keys.allSatisfy { $0 == "Type" || $0 == "Config" } ?? false
    }

    /// As if the member were not there.
    private static func isNothing(_ value: JSON) -> Bool {
        switch value {
        case .null, .bool(false): true
        case .number: value == 0
        case .string(let text): text.isEmpty
        case .array(let list): list.isEmpty
        case .object(let members): members.isEmpty
        case .bool: false
        }
    }

    private static func isNamed(_ name: String, _ wanted: String) -> Bool { name.lowercased() == wanted }

    /// The two letters beyond ASCII that fold into it: ſ and the sign for kelvin.
    private static func mayFold(_ name: String) -> Bool {
        name.unicodeScalars.contains { $0.value == 0x17F || $0.value == 0x212A }
    }
}
