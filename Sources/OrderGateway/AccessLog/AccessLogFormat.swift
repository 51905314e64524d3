/// The form of the lines about finished requests.
package enum AccessLogFormat: String, CaseIterable, Sendable {
    /// There are none.
    case off
    /// The common log format of NCSA's and Apache's servers.
    case common
    /// One JSON object per line.
    case json
}
