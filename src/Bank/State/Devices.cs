using Redoubt.Bank.Evidence;

namespace Redoubt.Bank.State;

/// <summary>Devices that were seen, and what the bank thinks of them.</summary>
public sealed class Devices(Database database, TimeProvider time)
{
    /// <summary>Wrong one-time codes in a row after which a device can't enrol.</summary>
    private const int MostCodes = 5;

    /// <summary>The security version below which systems are refused.</summary>
    public int LeastVersion
    {
        get => database.Query("SELECT least_version FROM policy", row => (int)row.Number("least_version")).Single();
        set => database.Execute("UPDATE policy SET least_version = @version", ("version", value));
    }

    /// <summary>All, the last seen first.</summary>
    public IReadOnlyList<Device> All => database.Query(
        "SELECT devices.*, customers.name AS owner FROM devices LEFT JOIN customers ON customers.device = devices.id ORDER BY last_seen DESC, devices.id",
        row => new Device(
            new DeviceId(row.Bytes("id")), row.Time("first_seen"), row.Time("last_seen"), (int)row.Number("version"), row.Number("revoked") != 0, (int)row.Number("wrong_codes"), row.TextOrNull("owner")));

    /// <summary>Writes down that a device passed the handshake.</summary>
    public void See(DeviceCertificates certificates)
    {
        database.Execute(
            """
            INSERT INTO devices (id, first_seen, last_seen, version) VALUES (@id, @now, @now, @version)
            ON CONFLICT (id) DO UPDATE SET last_seen = @now, version = @version
            """,
            ("id", certificates.Device.Hash), ("now", time.GetUtcNow().UtcDateTime), ("version", certificates.MicrovisorConfiguration.SecurityVersion));
    }

    /// <summary>Whether the device is refused.</summary>
    public bool IsRevoked(DeviceId device) => database.Query("SELECT 1 FROM devices WHERE id = @id AND revoked = 1", _ => true, ("id", device.Hash)).Count > 0;

    /// <summary>Refuses the device from now on, or no longer.</summary>
    public void SetRevoked(DeviceId device, bool revoked) => database.Execute("UPDATE devices SET revoked = @revoked WHERE id = @id", ("revoked", revoked ? 1 : 0), ("id", device.Hash));

    /// <summary>Counts a one-time code that is about to be tried.</summary>
    /// <returns>False if none may be tried.</returns>
    public bool BeginCode(DeviceId device) =>
        database.Execute("UPDATE devices SET wrong_codes = wrong_codes + 1 WHERE id = @id AND wrong_codes < @most", ("id", device.Hash), ("most", MostCodes)) == 1;

    /// <summary>Forgets wrong codes.</summary>
    public void ForgetCodes(DeviceId device) => database.Execute("UPDATE devices SET wrong_codes = 0 WHERE id = @id", ("id", device.Hash));
}
