import JSON
import Model
import Posix

extension Organization {
    var wire: JSON {
        ["organizationId": .string(id.description), "organizationName": .string(name), "email": .string(email)]
    }

    /// What everyone in it may know.
    var infoWire: JSON {
        [
            "organizationId": .string(id.description), "organizationName": .string(name), "sso": false, "scim": false,
        ]
    }
}
