import ConnectorKit
import DestinationDevNull
import DestinationPostgres
import DestinationSQLite
import SourceFaker
import SourcePostgres
import SourceSQLite

ConnectorProgram.main(
    CommandLine.arguments,
    [
        SourcePostgres.self, SourceSQLite.self, SourceFaker.self, DestinationPostgres.self, DestinationSQLite.self,
        DestinationDevNull.self,
    ])
