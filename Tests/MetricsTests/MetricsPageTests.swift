import Metrics
import Testing

@Suite("The metrics page")
struct MetricsPageTests {
    @Test func `figures are written as Prometheus reads them`() {
        var page = MetricsPage()
        page.gauge("depth", "Runs that wait.", [Sample(3, ["queue": "a\"b\\c\nd"]), Sample(0.5)])
        page.counter("ends_total", "Runs that ended.", [Sample(12, ["state": "failed", "why": "x"])])
        #expect(
            page.text == """
                # HELP depth Runs that wait.
                # TYPE depth gauge
                depth{queue="a\\"b\\\\c\\nd"} 3
                depth 0.5
                # HELP ends_total Runs that ended.
                # TYPE ends_total counter
                ends_total{state="failed",why="x"} 12

                """)
    }

    @Test func `a histogram's ranges add up to its count`() {
        var page = MetricsPage()
        page.histogram("delay_seconds", "Delays.", ends: [0.001, 1], counts: [2, 3, 4], sum: 7.25)
        #expect(
            page.text == """
                # HELP delay_seconds Delays.
                # TYPE delay_seconds histogram
                delay_seconds_bucket{le="0.001"} 2
                delay_seconds_bucket{le="1"} 5
                delay_seconds_bucket{le="+Inf"} 9
                delay_seconds_sum 7.25
                delay_seconds_count 9

                """)
    }
}
