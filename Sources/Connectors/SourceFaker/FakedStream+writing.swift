import JSON
import Time

extension FakedStream {
    /// Appends the row's data as a JSON object.
    func write(_ row: FakedRow, into out: inout [UInt8]) {
        switch self {
        case .products: Self.writeProduct(row, into: &out)
        case .users: writeUser(row, into: &out)
        case .purchases: writePurchase(row, into: &out)
        }
    }

    /// Products are the same for everybody.
    private static func writeProduct(_ row: FakedRow, into out: inout [UInt8]) {
        var dice = FakedRow(id: row.id, seed: 0, updatedAt: nil).dice(.products)
        out.open()
        out.member("id", row.id)
        out.member("make", dice.one(of: Words.makes))
        out.member("model", dice.one(of: Words.models))
        out.member("year", dice.number(1990...2025))
        out.member("price", dice.number(1_000...90_000))
        out.times(dice.moment(), row.updatedAt)
        out.close()
    }

    private func writeUser(_ row: FakedRow, into out: inout [UInt8]) {
        var dice = row.dice(self)
        let word = dice.one(of: Words.occupations).lowercased()
        out.open()
        out.member("id", row.id)
        out.times(dice.moment(), row.updatedAt)
        out.member("name", dice.one(of: Words.names))
        out.member("title", dice.one(of: Words.titles))
        out.member("age", dice.number(18...90))
        // Nobody shares an address.
        out.member("email", "\(word)\(dice.number(10...9999))+\(row.id)@example.com")
        out.member("telephone", "\(dice.digits(3))-555-\(dice.digits(4))")
        out.member("gender", dice.one(of: Words.genders))
        out.member("language", dice.one(of: Words.languages))
        out.member("academic_degree", dice.one(of: Words.degrees))
        out.member("nationality", dice.one(of: Words.nationalities))
        out.member("occupation", dice.one(of: Words.occupations))
        out.member("height", "1.\(dice.number(50...99))")
        out.member("blood_type", dice.one(of: Words.bloodTypes))
        out.member("weight", dice.number(45...110))
        out.key("address")
        out.open()
        out.member("street_number", String(dice.number(1...1500)))
        out.member("street_name", dice.one(of: Words.streets))
        out.member("city", dice.one(of: Words.cities))
        out.member("state", dice.one(of: Words.states))
        out.member("province", dice.one(of: Words.states))
        out.member("postal_code", dice.digits(5))
        out.member("country_code", dice.one(of: Words.countries))
        out.close()
        out.close()
    }

    private func writePurchase(_ row: FakedRow, into out: inout [UInt8]) {
        var dice = row.dice(self)
        let created = dice.moment()
        out.open()
        out.member("id", row.id)
        out.member("user_id", row.id)
        out.member("product_id", dice.number(1...Self.mostProducts))
        out.times(created, row.updatedAt)
        let added = created + .seconds(dice.number(1...30 * 86_400))
        out.member("added_to_cart_at", added.iso8601)
        if dice.happens(70) {
            let bought = added + .seconds(dice.number(1...7 * 86_400))
            out.member("purchased_at", bought.iso8601)
            if dice.happens(15) {
                out.member("returned_at", (bought + .seconds(dice.number(1...60 * 86_400))).iso8601)
            }
        }
        out.close()
    }
}

extension [UInt8] {
    fileprivate mutating func open() { append(UInt8(ascii: "{")) }

    fileprivate mutating func close() { append(UInt8(ascii: "}")) }

    fileprivate mutating func key(_ key: StaticString) {
        if last != UInt8(ascii: "{") { append(UInt8(ascii: ",")) }
        append(UInt8(ascii: "\""))
        append(contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
        append(UInt8(ascii: "\""))
        append(UInt8(ascii: ":"))
    }

    fileprivate mutating func member(_ key: StaticString, _ value: Int) {
        self.key(key)
        append(contentsOf: value.description.utf8)
    }

    fileprivate mutating func member(_ key: StaticString, _ value: String) {
        self.key(key)
        JSON.write(value, into: &self)
    }

    fileprivate mutating func times(_ created: Instant, _ updated: Instant?) {
        member("created_at", created.iso8601)
        member("updated_at", (updated ?? created).iso8601)
    }
}
