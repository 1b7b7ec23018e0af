import ConnectorKit
import DestinationPostgres
import DestinationSQLite

ConnectorProgram.main(CommandLine.arguments, [DestinationSQLite.self, DestinationPostgres.self])
