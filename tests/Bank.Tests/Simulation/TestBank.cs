using Redoubt.Bank.Evidence;
using Redoubt.Bank.Protocol;
using Redoubt.Bank.State;

namespace Redoubt.Bank.Tests.Simulation;

/// <summary>A bank that runs in a folder of its own, with a maker and a system that it knows, and one customer.</summary>
internal sealed class TestBank : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("redoubt-bank-");
    private readonly Defences _defences;

    private TestBank(Defences defences)
    {
        _defences = defences;
        Write(Path.Combine("makers", "maker.der"), Maker.Root);
        Write(Path.Combine("references", "phone.json"), System.Text.Encoding.UTF8.GetBytes(new Measurements().ReferenceFile()));
    }

    public static Payment Payment { get; } = new("Café Łódź & Söhne", "DE89370400440532013000", 1_234_56, "EUR");

    public SimulatedMaker Maker { get; } = new();

    public ManualTime Time { get; } = new();

    public BankServer Server { get; private set; } = null!;

    public Customers.Letter Customer { get; private set; } = null!;

    public string Folder => _folder.FullName;

    internal BankState State => Server.State;

    /// <summary>A PIN that is not the customer's.</summary>
    public string WrongPin => Customer.Pin == "000000" ? "000001" : "000000";

    /// <summary>The reason of the newest refusal.</summary>
    public string? LastReason => State.Audit.Newest(20).FirstOrDefault(entry => entry.Reason is not null)?.Reason;

    /// <summary>The reason of a refusal that is written down only after the client has seen its end.</summary>
    public async Task<string> WaitForReason()
    {
        while (LastReason is null)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        return LastReason;
    }

    /// <param name="defences">The bank's defences; all if none are given.</param>
    /// <param name="prepare">Puts more into the folder before the bank starts.</param>
    public static async Task<TestBank> Start(Defences? defences = null, Action<TestBank>? prepare = null)
    {
        TestBank bank = new(defences ?? Defences.All);
        try
        {
            prepare?.Invoke(bank);
            await bank.Restart();
        }
        catch
        {
            bank._folder.Delete(recursive: true);
            throw;
        }

        bank.Customer = bank.Server.AddCustomer("Ada Lovelace", "GB29RDBT60161331926819");
        return bank;
    }

    /// <summary>Starts the bank, again if it runs.</summary>
    public async Task Restart()
    {
        if (Server is not null)
            await Server.DisposeAsync();
        Server = await BankServer.Start(new BankOptions(Folder), _defences, Time);
    }

    public void Write(string name, byte[] content)
    {
        string file = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }

    /// <summary>A genuine device that no account is bound to.</summary>
    public SimulatedDevice NewDevice() => new(Maker);

    /// <summary>A genuine device that the customer's account is bound to.</summary>
    public SimulatedDevice EnrolledDevice()
    {
        SimulatedDevice device = NewDevice();
        Bind(device);
        return device;
    }

    /// <summary>Binds the customer's account to a device, whatever its certificates are.</summary>
    public void Bind(SimulatedDevice device)
    {
        State.Devices.See(DeviceCertificates.Read([.. NewDeviceLike(device).Chain.Select(der => System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(der))]));
        Assert.NotNull(State.Customers.Bind(Server.IssueCode(Customer.Customer.Id), new DeviceId(device.Ueid[1..])));
    }

    public PinPad Connect(SimulatedDevice device, IReadOnlyList<byte[]>? chain = null) => new(Server.DevicePort, device, chain);

    /// <summary>A transfer that waits, by its handle.</summary>
    public byte[] NewTransfer() => State.Transfers.Create(Customer.Customer.Id, Payment).Handle;

    /// <summary>The customer as the bank knows him now.</summary>
    public Customer CustomerNow => State.Customers.Find(Customer.Customer.Id)!;

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private SimulatedDevice NewDeviceLike(SimulatedDevice device) => new(Maker, device.Uds);
}
