"""What happens to connectors that are images, and to workers that run them and are containers themselves."""
import os
import statistics
import time

from api import Pipeline
from scenarios import Scenarios


class ContainerScenarios(Scenarios):
    # Enough that a source in Python is still at it when something happens.
    FEW = 60_000

    def a_worker_dies_and_takes_its_connector_along(self):
        self.stack.compose("up", "--detach", "--no-build", "--no-recreate", "--scale", "worker=3")
        self.stack.until_healthy("worker")
        pipeline = self._images("orphans")
        job = pipeline.start()
        pipeline.in_the_middle(job)
        before = self._connectors()
        carrier = next(one for one in self.stack.containers("worker")
                       if "docker" in self.engine.docker("top", one, "-eo", "pid,args").stdout)
        self.engine.docker("kill", carrier)
        attempts = pipeline.finish(job)
        assert self.warehouse.rows("orphans")[1] == self.FEW, self.warehouse.rows("orphans")
        end = time.time() + 90
        while set(before) & set(self._connectors()):
            assert time.time() < end, "a dead worker's container goes on"
            time.sleep(0.5)
        self.stack.compose("up", "--detach", "--no-build", "--scale", "worker=1")
        self.stack.until_healthy("worker")
        return f"{attempts} attempts"

    def a_killed_connector_fails_its_attempt_alone(self):
        pipeline = self._images("killed_source")
        job = pipeline.start()
        pipeline.in_the_middle(job)
        for one in self._connectors():
            self.engine.docker("kill", one)
        assert pipeline.finish(job) >= 2
        assert self.warehouse.rows("killed_source")[1] == self.FEW

    def a_container_costs_little_to_start(self):
        """The check of one and the same program, as an image and as a process."""
        self.engine.docker("build", "--quiet", "--tag", "swiftlet-test/faker:1.0", "-", stdin=self._text(
            f'FROM {self.image}\nENTRYPOINT ["swiftlet-connector", "source-faker"]\n'))
        api = self.stack.api()
        image = self._actor(api, self._definition(api, "swiftlet-test/faker", "1.0"), 10)
        native = self._actor(api, "dfd88b22-b603-4c3d-aad7-3701784586b1", 10)
        taken = {}
        for name, actor in (("image", image), ("process", native)):
            times = []
            for _ in range(6):
                began = time.time()
                answer = api("sources/check_connection", {"sourceId": actor})
                assert answer["status"] == "succeeded", answer
                times.append(time.time() - began)
            taken[name] = statistics.median(times[1:])
        return ", ".join(f"{name} {seconds:.2f} s" for name, seconds in taken.items())

    # Parts

    def _text(self, text):
        reader, writer = os.pipe()
        os.write(writer, text.encode())
        os.close(writer)
        return reader

    def _connectors(self):
        return self.engine.docker("ps", "--all", "--quiet", "--filter", "label=swiftlet.attempt").stdout.split()

    def _definition(self, api, repository, tag):
        found = [definition["sourceDefinitionId"] for definition in api("source_definitions/list")["sourceDefinitions"]
                 if definition["dockerRepository"] == repository]
        if found:
            return found[0]
        return api("source_definitions/create_custom", {
            "workspaceId": api("workspaces/list")["workspaces"][0]["workspaceId"],
            "sourceDefinition": {"name": repository, "dockerRepository": repository, "dockerImageTag": tag,
                                 "documentationUrl": ""}})["sourceDefinitionId"]

    def _actor(self, api, definition, count):
        return api("sources/create", {
            "workspaceId": api("workspaces/list")["workspaces"][0]["workspaceId"], "name": definition,
            "sourceDefinitionId": definition, "connectionConfiguration": {"count": count, "seed": 7}})["sourceId"]

    def _images(self, schema):
        """A pipeline whose source is the image that `a_sync_runs_by_the_image_of_a_connector` has built."""
        api = self.stack.api()
        definition = self._definition(api, "swiftlet-test/source-faker", "7.2.1")
        # Unless it sends all rows always, this source reads nothing more once it has given a state.
        settings = {"count": self.FEW, "seed": 7, "records_per_slice": 1000, "always_updated": True, "parallelism": 1}
        return Pipeline(api, schema, self.FEW, source=("swiftlet-test/source-faker", definition, settings),
                        destination=self.warehouse.destination(schema), mode="append_dedup")
