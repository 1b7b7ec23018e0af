import Airbyte
import Testing

@Suite("The name of a stream")
struct StreamDescriptorTests {
    @Test func `two spellings of one letter are two streams`() {
        let names = ["caf\u{e9}", "cafe\u{301}"]
        let streams = names.flatMap { name in
            [StreamDescriptor(name: name), StreamDescriptor(name: "t", namespace: name)]
        }
        #expect(Set(streams).count == 4)
        for stream in streams { #expect(stream == StreamDescriptor(name: stream.name, namespace: stream.namespace)) }
        #expect(StreamDescriptor(name: "t") != StreamDescriptor(name: "t", namespace: ""))
    }
}
