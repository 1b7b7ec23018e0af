package import Airbyte

/// A sink that also takes rows in a form of the database's own.
package protocol RowBlockSink: RowSink {
    /// Appends all rows of the block, whose body is good only during the call. `meta` is what `_airbyte_meta` says of
    /// each, since none of them was changed.
    func take(_ block: RowBlock, _ body: UnsafeRawBufferPointer, generation: Int64?, meta: [UInt8]) throws
}
