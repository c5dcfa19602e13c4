// Made once for localhost, valid for a century, trusted by no system. It protects nothing, and may be public.
// openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500
//   -subj "/CN=Ensemble test server" -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" -keyout key.pem -out certificate.pem
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBsDCCAVegAwIBAgIUKaFmnyolNxxTBWkIUa6RaStGuC0wCgYIKoZIzj0EAwIw
HzEdMBsGA1UEAwwURW5zZW1ibGUgdGVzdCBzZXJ2ZXIwIBcNMjYxMTIyMDE1NjA0
WhgPMjEyNjEwMjkwMTU2MDRaMB8xHTAbBgNVBAMMFEVuc2VtYmxlIHRlc3Qgc2Vy
dmVyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf8IYWMl4rOSquTln7QuNPNiZ
ZIFStf3cCpqyiasQyZUfzmDJAzWTl4xjG2kQiRnJIMEHLb1nmbDj5xPcBNCp3KNv
MG0wHQYDVR0OBBYEFMpEPd2n45wUKa2cEnmv7UqwDFrKMB8GA1UdIwQYMBaAFMpE
Pd2n45wUKa2cEnmv7UqwDFrKMA8GA1UdEwEB/wQFMAMBAf8wGgYDVR0RBBMwEYIJ
bG9jYWxob3N0hwR/AAABMAoGCCqGSM49BAMCA0cAMEQCIGdImyXjUFucFyU/shcP
gf8M8JMqhqzcFV55NYQ8muT6AiAWAM7uBOf8GcBtk6+OMUv8g4iDCsl4UTN9F9+P
LZ16tw==
-----END CERTIFICATE-----
`;

export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgque6Pk2hd9MyRQfh
7iOCQVEMwFpwBvisF8hm1UbXmPmhRANCAAR/whhYyXis5Kq5OWftC4082JlkgVK1
/dwKmrKJqxDJlR/OYMkDNZOXjGMbaRCJGckgwQctvWeZsOPnE9wE0Knc
-----END PRIVATE KEY-----
`;
