import Foundation

/// The certificates of one cluster on loopback: an authority's, a server's and a client's, as PEM
/// files in a folder.
package struct KafkaCertificates: Sendable {
    private enum Validity {
        static let days = "2"
    }

    /// The certificate of the authority that signed the other certificates.
    package let authority: String
    package let clientCertificate: String
    package let clientKey: String
    /// The server's private key, its certificate and the authority's certificate, in the format of
    /// a Kafka key store.
    let serverKeyAndCertificate: String

    /// Creates the certificates with `openssl`.
    ///
    /// - Parameter folder: An existing folder for the files.
    init(in folder: String) async throws {
        let openSSL = OpenSSL(folder: folder)
        try await openSSL.makeAuthority()
        try await openSSL.makeCertificate("server")
        try await openSSL.makeCertificate("client")
        authority = openSSL.certificate("authority")
        clientCertificate = openSSL.certificate("client")
        clientKey = openSSL.key("client")
        serverKeyAndCertificate = "\(folder)/server.keystore.pem"
        var all = ""
        for path in [openSSL.key("server"), openSSL.certificate("server"), authority] {
            all += try String(contentsOfFile: path, encoding: .utf8)
        }
        try all.write(toFile: serverKeyAndCertificate, atomically: true, encoding: .utf8)
    }

    private struct OpenSSL {
        let folder: String

        func certificate(_ name: String) -> String { "\(folder)/\(name).pem" }
        func key(_ name: String) -> String { "\(folder)/\(name).key" }

        func makeAuthority() async throws {
            let configuration = """
                [req]
                distinguished_name = name
                [name]
                [authority]
                basicConstraints = critical, CA:TRUE
                keyUsage = keyCertSign
                [leaf]
                basicConstraints = CA:FALSE
                subjectAltName = DNS:localhost, IP:127.0.0.1
                """
            try configuration.write(
                toFile: "\(folder)/openssl.cnf",
                atomically: true,
                encoding: .utf8
            )
            try await run("authority", ["-extensions", "authority"])
        }

        func makeCertificate(_ name: String) async throws {
            let signer = ["-CA", certificate("authority"), "-CAkey", key("authority")]
            try await run(name, ["-extensions", "leaf"] + signer)
        }

        private func run(_ name: String, _ more: [String]) async throws {
            let ending = try await ChildProcess.run(
                "openssl",
                [
                    "req", "-x509", "-config", "\(folder)/openssl.cnf", "-days", Validity.days,
                    "-noenc", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                    "-subj", "/CN=\(name)", "-keyout", key(name), "-out", certificate(name),
                ] + more
            )
            guard ending.exitCode == 0 else {
                throw SupportError("openssl ended with \(ending.exitCode): \(ending.errorOutput)")
            }
        }
    }
}
