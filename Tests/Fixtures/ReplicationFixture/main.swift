import Replication

// The program of an attempt's process, beside the tests.
AttemptProgram.run()
