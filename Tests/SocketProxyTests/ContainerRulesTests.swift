import JSON
import SocketProxy
import Testing

@Suite("What a container may be")
struct ContainerRulesTests {
    private func refusal(_ rights: String) throws -> String? {
        ContainerRules.refusal(
            of: try JSON.parse(#"{"Image": "x", "Labels": {"swiftlet.attempt": "a"}, "HostConfig": \#(rights)}"#))
    }

    @Test func `one as launchers make them`() throws {
        #expect(
            try refusal(
                #"""
                {"Binds": null, "ContainerIDFile": "", "LogConfig": {"Type": "none", "Config": {}}, "NetworkMode": "elt",
                "PortBindings": {}, "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0}, "AutoRemove": false,
                "VolumeDriver": "", "VolumesFrom": null, "ConsoleSize": [0, 0], "CapAdd": null, "CapDrop": ["ALL"],
                "CgroupnsMode": "", "Dns": [], "ExtraHosts": ["host.docker.internal:host-gateway"], "GroupAdd": null,
                "IpcMode": "", "Cgroup": "", "Links": null, "OomScoreAdj": 0, "PidMode": "", "Privileged": false,
                "PublishAllPorts": false, "ReadonlyRootfs": true, "SecurityOpt": ["no-new-privileges"], "UTSMode": "",
                "Tmpfs": {"/tmp": ""}, "UsernsMode": "", "ShmSize": 0, "Isolation": "", "NanoCpus": 250000000,
                "Memory": 33554432, "MemorySwappiness": -1, "OomKillDisable": false, "PidsLimit": 1024,
                "Ulimits": [{"Name": "core", "Hard": 0, "Soft": 0}], "Devices": [], "MaskedPaths": null, "Init": true}
                """#) == nil)
        #expect(try refusal("null") == nil)
    }

    @Test(arguments: [
        #""Privileged": true"#, #""PRIVILEGED": true"#, #""\u0050rivileged": true"#, #""privileged": 1"#,
        #""Binds": ["/:/host"]"#, #""bind\u017f": ["/:/host"]"#, #""VolumesFrom": ["other"]"#,
        #""Mounts": [{"Type": "bind", "Source": "/", "Target": "/host"}]"#, #""NetworkMode": "host""#,
        #""NetworkMode": "HOST""#, #""NetworkMode": "container:other""#, #""NetworkMode": 1"#, #""PidMode": "host""#,
        #""IpcMode": "host""#, #""IpcMode": "shareable""#, #""UTSMode": "host""#, #""UsernsMode": "host""#,
        #""CgroupnsMode": "host""#, #""CgroupParent": "/""#, #""CapAdd": ["SYS_ADMIN"]"#, #""CapAdd": ["ALL"]"#,
        #""CapAdd": "SYS_ADMIN""#, #""Devices": [{"PathOnHost": "/dev/sda"}]"#, #""DeviceRequests": [{}]"#,
        #""DeviceCgroupRules": ["a *:* rwm"]"#, #""SecurityOpt": ["seccomp=unconfined"]"#,
        #""SecurityOpt": ["label=disable"]"#, #""MaskedPaths": []"#, #""ReadonlyPaths": []"#, #""Runtime": "other""#,
        #""Sysctls": {"net.ipv4.ip_forward": "1"}"#, #""OomKillDisable": true"#, #""OomScoreAdj": -1000"#,
        #""LogConfig": {"Type": "syslog", "Config": {}}"#, #""LogConfig": {"Type": "none", "TYPE": "syslog"}"#,
        #""StorageOpt": {"size": "1"}"#, #""SomethingThatIsNotKnownYet": "x""#,
    ])
    func `none that reaches further`(member: String) throws {
        #expect(try refusal("{\(member)}") != nil)
        #expect(try refusal("{\"Memory\": 1, \(member), \"Init\": true}") != nil)
    }

    @Test func `its rights are an object, whatever case their name is in`() throws {
        for text in ["[]", "\"x\"", "1"] { #expect(try refusal(text) != nil) }
        let hidden = #"{"Labels": {"swiftlet.attempt": "a"}, "HostConfig": {}, "hostconfig": {"Privileged": true}}"#
        #expect(ContainerRules.refusal(of: try JSON.parse(hidden)) != nil)
    }

    @Test func `it is marked as made here`() throws {
        for text in [#"{"HostConfig": {}}"#, #"{"Labels": {"other": "a"}}"#, #"{"Labels": null}"#, "[]"] {
            #expect(ContainerRules.refusal(of: try JSON.parse(text)) != nil)
        }
    }
}
