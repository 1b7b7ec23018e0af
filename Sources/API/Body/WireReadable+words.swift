package import Airbyte
package import Model
package import Schedule

extension ConnectorKind: WireReadable {}
extension Connection.Status: WireReadable {}
extension Connection.NamespaceDefinition: WireReadable {}
extension Connection.NonBreakingChanges: WireReadable {}
extension SyncMode: WireReadable {}
extension DestinationSyncMode: WireReadable {}
extension BasicInterval.TimeUnit: WireReadable {}
extension Job.Status: WireReadable {}
extension CountMismatch: WireReadable {}
extension SchemaContract: WireReadable {}
