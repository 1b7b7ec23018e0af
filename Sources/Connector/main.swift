import ConnectorKit
import DestinationDevNull
import DestinationPostgres
import DestinationSQLite
import SourceFaker
import SourcePostgres

ConnectorProgram.main(
    CommandLine.arguments,
    [
        SourcePostgres.self, SourceFaker.self, DestinationPostgres.self, DestinationSQLite.self,
        DestinationDevNull.self,
    ])
