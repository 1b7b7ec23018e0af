import ConnectorKit
import DestinationPostgres
import DestinationSQLite
import SourcePostgres

ConnectorProgram.main(
    CommandLine.arguments, [SourcePostgres.self, DestinationPostgres.self, DestinationSQLite.self])
