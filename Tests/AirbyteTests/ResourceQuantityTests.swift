import Airbyte
import Testing

@Suite("Amounts of resources")
struct ResourceQuantityTests {
    @Test(arguments: [("1", 1000), ("500m", 500), ("0.5", 500), ("1.25", 1250), ("16", 16_000)])
    func `processors are counted in thousandths`(text: String, thousandths: Int64) throws {
        #expect(try ResourceQuantity.processors(text) == thousandths)
    }

    @Test(arguments: [
        ("512Mi", 512 << 20), ("1Gi", 1 << 30), ("1.5Gi", 3 << 29), ("2G", 2_000_000_000), ("300M", 300_000_000),
        ("8388608", 8 << 20),
    ])
    func `memory is counted in bytes`(text: String, bytes: Int64) throws {
        #expect(try ResourceQuantity.bytes(text) == bytes)
    }

    @Test(arguments: [
        "", "0", "-1", "1.2345", "1x", "1 Gi", "Gi", "1.", ".5", "99999999999999999", "999999999999999Ti", "٣",
    ])
    func `what is no amount is refused`(text: String) {
        #expect(throws: QuantityError.self) { try ResourceQuantity.processors(text) }
        #expect(throws: QuantityError.self) { try ResourceQuantity.bytes(text) }
    }

    @Test func `less memory than an engine gives is refused`() {
        #expect(throws: QuantityError.self) { try ResourceQuantity.bytes("1Mi") }
    }

    @Test func `what is special to a job comes before what holds for all`() {
        var few = ResourceRequirements()
        few.cpuLimitText = "1"
        var many = ResourceRequirements()
        many.cpuLimitText = "4"
        let scoped = ScopedResourceRequirements(
            default: few, jobSpecific: [.init(jobType: .sync, resourceRequirements: many)])
        #expect(scoped.requirements(for: .sync) == [many, few])
        #expect(scoped.requirements(for: .check) == [few])
    }
}
