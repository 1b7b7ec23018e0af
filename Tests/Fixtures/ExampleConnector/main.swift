import ConnectorKit

ConnectorProgram.main(CommandLine.arguments, [SourceLines.self, DestinationLines.self])
