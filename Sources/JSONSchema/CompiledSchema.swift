import CJSONSchema

/// The library's side of a schema.
///
/// Unchecked, because the compiler cannot see that the C++ object is never written again once it is made, and that checks
/// keep what they need on their own stacks.
final class CompiledSchema: @unchecked Sendable {
    private let schema: OpaquePointer

    /// `text` has the form that cjsonschema.h describes.
    init(_ text: [UInt8]) throws(JSONSchemaError) {
        var reason = [CChar](repeating: 0, count: 256)
        let compiled = text.withUnsafeBytes { bytes in
            cjsonschema_compile(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, &reason, reason.count)
        }
        guard let compiled else {
            let why = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw JSONSchemaError(.unreadable, "The schema cannot be read: \(why).")
        }
        schema = compiled
    }

    deinit { cjsonschema_free(schema) }

    func check(_ text: [UInt8], limit: Int) -> (outcome: cjsonschema_outcome, findings: [SchemaFinding]) {
        var findings: [SchemaFinding] = []
        let outcome = withUnsafeMutablePointer(to: &findings) { found in
            text.withUnsafeBytes { bytes in
                cjsonschema_check(
                    schema, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, limit,
                    { context, violation in
                        guard let violation else { return }
                        context?.assumingMemoryBound(to: [SchemaFinding].self).pointee
                            .append(SchemaFinding(violation.pointee))
                    }, found)
            }
        }
        return (outcome, findings)
    }
}
