using System.Security.Cryptography.X509Certificates;
using Redoubt.Bank.Evidence;

namespace Redoubt.Bank.State;

/// <summary>All that a bank knows.</summary>
internal sealed class BankState
{
    public BankState(BankOptions options, Defences defences, TimeProvider time)
    {
        BankFolder folder = new(options);
        Database database = new(folder.Database);
        PinHasher hasher = new(folder.ReadPepper());
        (Options, Defences, Time) = (options, defences, time);
        (Makers, References) = (folder.Makers, folder.References);
        ServerCertificate = folder.ReadServerCertificate();
        Customers = new Customers(database, hasher, time);
        Devices = new Devices(database, time);
        Transfers = new Transfers(database, time);
        Audit = new AuditLog(database, time);
        Attempts = defences.Attempts(database);
    }

    public BankOptions Options { get; }

    public Defences Defences { get; }

    public TimeProvider Time { get; }

    public DateTime Now => Time.GetUtcNow().UtcDateTime;

    public X509Certificate2Collection Makers { get; }

    public IReadOnlyList<ReferenceValues> References { get; }

    public X509Certificate2 ServerCertificate { get; }

    public Customers Customers { get; }

    public Devices Devices { get; }

    public Transfers Transfers { get; }

    public AuditLog Audit { get; }

    public IPinAttempts Attempts { get; }
}
