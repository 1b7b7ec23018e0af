import JSON
import Model
import Time

extension JSON {
    /// An object of the members that there are: clients read a null where they expect nothing at all as an error.
    init(present members: KeyValuePairs<String, JSON?>) {
        self = .object(JSONObject(members.compactMap { key, value in value.map { (key, $0) } }))
    }

    static func id<Of>(_ id: ID<Of>) -> JSON { .string(id.description) }

    static func strings(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }

    /// Airbyte's usual form of a time: whole seconds since the epoch.
    static func seconds(_ time: Instant) -> JSON { .integer(time.seconds) }
}
