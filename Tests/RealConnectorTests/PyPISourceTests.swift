import JSON
import Posix
import TestKit
import Testing

extension RealConnectors {
    struct PyPISourceTests {
        @Test(.proves("1.13-arguments", "9-streams"), arguments: Store.allCases)
        func `source-faker fills three tables, and goes on where it was`(_ store: Store) async throws {
            let installation = try await RealInstallation.start(store)
            let api = installation.api
            let source = try await installation.source(
                "airbyte-source-faker", "latest",
                ["count": 500, "seed": 1, "always_updated": false, "records_per_slice": 100])
            let check = try await api.ask("sources/check_connection", ["sourceId": source])
            #expect(check["status"] == "succeeded", "\(check)")
            let connection = try await api.connection(
                from: source, to: installation.destination(), "incremental", "append_dedup")
            try expectSuccess(try await api.ended(api.sync(connection)))
            #expect(try await Warehouse.count("users", in: installation.warehouse) == 500)
            #expect(try await Warehouse.count("products", in: installation.warehouse) == 100)
            #expect(try await Warehouse.count("purchases", in: installation.warehouse) > 100)
            let again = try await api.ended(api.sync(connection))
            try expectSuccess(again)
            #expect(try await Warehouse.count("users", in: installation.warehouse) == 500)
        }

        @Test(arguments: Store.allCases)
        func `source-file reads a table of comma separated values`(_ store: Store) async throws {
            let installation = try await RealInstallation.start(store)
            let path = "\(installation.directory)/people.csv"
            try write("id,name\n1,Ada\n2,Grace\n3,Barbara\n", to: path)
            let source = try await installation.source(
                "airbyte-source-file", "0.5.39",
                [
                    "dataset_name": "people", "format": "csv", "provider": ["storage": "local"],
                    "url": .string(path),
                ])
            let connection = try await installation.api.connection(
                from: source, to: installation.destination(), "full_refresh", "overwrite")
            for _ in 0..<2 { try expectSuccess(try await installation.api.ended(installation.api.sync(connection))) }
            #expect(
                try await Warehouse.texts("name", of: "people", in: installation.warehouse) == [
                    "Ada", "Barbara", "Grace",
                ])
        }

        @Test(arguments: Store.allCases)
        func `source-declarative-manifest reads an API, page by page`(_ store: Store) async throws {
            let installation = try await RealInstallation.start(store)
            let pages = "\(installation.directory)/pages"
            try Directory.create(pages)
            for page in 1...3 {
                let people = (1...10).map { #"{"id":\#(page * 100 + $0),"name":"n\#($0)"}"# }.joined(separator: ",")
                try write(
                    #"{"people":[\#(people)],"next":\#(page < 3 ? "\"/\(page + 1).json\"" : "null")}"#,
                    to: "\(pages)/\(page).json")
            }
            let server = try await FileServer(pages)
            let source = try await installation.source(
                "airbyte-cdk", "7.39.1",
                ["__injected_declarative_manifest": manifest("http://127.0.0.1:\(server.port)")])
            let connection = try await installation.api.connection(
                from: source, to: installation.destination(), "full_refresh", "overwrite")
            try expectSuccess(try await installation.api.ended(installation.api.sync(connection)))
            #expect(try await Warehouse.count("people", in: installation.warehouse) == 30)
        }

        @Test(arguments: Store.allCases)
        func `source-s3 reads the files of a bucket, and then the new ones`(_ store: Store) async throws {
            let installation = try await RealInstallation.start(store)
            let bucket = try await ObjectStore(["a/1.csv": "id,name\n1,Ada\n", "a/2.csv": "id,name\n2,Grace\n"])
            let source = try await installation.source(
                "airbyte-source-s3", "4.14.2",
                [
                    "bucket": "lake", "aws_access_key_id": "key", "aws_secret_access_key": "secret",
                    "endpoint": .string("http://127.0.0.1:\(bucket.port)"), "region_name": "us-east-1",
                    "streams": [
                        ["name": "people", "globs": ["**/*.csv"], "format": ["filetype": "csv"]] as JSON
                    ],
                ])
            let connection = try await installation.api.connection(
                from: source, to: installation.destination(), "incremental", "append")
            try expectSuccess(try await installation.api.ended(installation.api.sync(connection)))
            #expect(try await Warehouse.texts("name", of: "people", in: installation.warehouse) == ["Ada", "Grace"])
            let again = try await installation.api.ended(installation.api.sync(connection))
            try expectSuccess(again)
            #expect(again["job"]?["aggregatedStats"]?["recordsEmitted"] == 0)
        }

        private func manifest(_ base: String) -> JSON {
            let pagination: JSON = [
                "type": "DefaultPaginator", "page_token_option": ["type": "RequestPath"],
                "pagination_strategy": [
                    "type": "CursorPagination", "cursor_value": .string("\(base){{ response['next'] }}"),
                    "stop_condition": "{{ not response['next'] }}",
                ],
            ]
            let schema: JSON = [
                "type": "object", "properties": ["id": ["type": "integer"], "name": ["type": "string"]],
            ]
            return [
                "version": "6.0.0", "type": "DeclarativeSource",
                "check": ["type": "CheckStream", "stream_names": ["people"]],
                "spec": [
                    "type": "Spec", "connection_specification": ["type": "object", "properties": [:]],
                ],
                "streams": [
                    [
                        "type": "DeclarativeStream", "name": "people", "primary_key": ["id"],
                        "retriever": [
                            "type": "SimpleRetriever", "paginator": pagination,
                            "requester": [
                                "type": "HttpRequester", "url_base": .string(base), "path": "/1.json",
                                "http_method": "GET",
                            ],
                            "record_selector": [
                                "type": "RecordSelector",
                                "extractor": ["type": "DpathExtractor", "field_path": ["people"]],
                            ],
                        ],
                        "schema_loader": ["type": "InlineSchemaLoader", "schema": schema],
                    ] as JSON
                ],
            ]
        }

        private func write(_ text: String, to path: String) throws {
            try Descriptor.open(path, 0o101, mode: 0o644).write(text)
        }

        private func expectSuccess(_ job: JSON) throws {
            #expect(job["job"]?["status"] == "succeeded", "\(job)")
            let failures = job["attempts"]?.arrayValue?.last?["attempt"]?["failureSummary"]
            #expect(failures == nil, "\(failures ?? .null)")
        }
    }
}
