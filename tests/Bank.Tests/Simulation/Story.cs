using System.Security.Cryptography;
using System.Text;
using Redoubt.Bank.Evidence;
using Redoubt.Bank.Protocol;
using Redoubt.Bank.State;

namespace Redoubt.Bank.Tests.Simulation;

/// <summary>A morning at the bank: three customers, two devices, an end of each kind, and attacks that were refused.</summary>
internal sealed class Story : IDisposable
{
    private const int Declined = 1, Late = 2;

    private static readonly Payment
        s_energy = new("Alpenstrom Energy", "AT611904300234573201", 48_50, "EUR"),
        s_rent = new("City Rentals", "DE89370400440532013000", 920_00, "EUR"),
        s_cafe = new("Café Łódź & Söhne", "PL61109010140000071219812874", 127_60, "EUR"),
        s_books = new("Harbour Books", "GB33BUKB20201555555555", 23_99, "GBP"),
        s_friend = new("Nora Lindqvist", "SE4550000000058398257466", 300_00, "EUR"),
        s_opera = new("Teatro alla Scala", "IT60X0542811101000000123456", 186_00, "EUR"),
        s_kiosk = new("Kioskägarna AB", "SE3550000000054910000003", 64_50, "SEK");

    private readonly TestBank _bank;
    private readonly Person _ada, _grace;

    // On Grace's device when the story ends.
    private readonly PinPad _open;

    /// <summary>Lets it happen.</summary>
    public Story(TestBank bank)
    {
        _bank = bank;
        Customers.Letter grace = bank.Server.AddCustomer("Grace Hopper", "US64SVBKUS6S3300958879"), nora = bank.Server.AddCustomer("Nora Lindqvist", "SE4550000000058398257466");
        At(1, 12);
        _ada = Enrol(bank.Customer);
        At(1, 40);
        _grace = Enrol(grace);
        At(2, 51);
        Pay(_ada, s_energy, (pad, transaction) => pad.Confirm(transaction, _ada.Letter.Pin));
        At(4, 8);
        Pay(_grace, s_rent, (pad, transaction) => pad.Confirm(transaction, _grace.Letter.Pin));
        At(5, 12);
        Pay(_ada, s_cafe, (pad, transaction) => pad.Respond(transaction.Txid, Declined, null, null));
        At(5, 57);
        byte[] books = Pay(_grace, s_books, (pad, transaction) => pad.Confirm(transaction, _grace.Letter.Pin == "000000" ? "000001" : "000000"));
        At(6, 5);
        Show(_grace, books, (pad, transaction) => pad.Confirm(transaction, _grace.Letter.Pin));
        At(8, 5);
        Knock(new SimulatedDevice(bank.Maker, _ada.Device.Uds) { System = new Measurements { Devices = Measurements.Of("the phone has the touch screen too") } });
        At(8, 25);
        Knock(new SimulatedDevice(bank.Maker, _ada.Device.Uds) { PartitionMode = 2 });
        At(8, 34);
        Pay(_ada, s_energy, (pad, transaction) => pad.Respond(transaction.Txid, 0, (pad.Statement(transaction) with { TransactionHash = new byte[32] }).Encode(_ada.Device.Leaf), _ada.Letter.Pin));
        At(8, 59);
        Pay(_ada, s_friend, (pad, transaction) => pad.Respond(transaction.Txid, Late, null, null));
        At(9, 14);
        _open = bank.Connect(_grace.Device);
        _open.Fetch(Ask(grace, s_opera));
        At(9, 25);
        Ask(nora, s_kiosk);
    }

    /// <summary>What a page says of it, with made-up names for what is drawn at random: the bank's names of transfers and devices.</summary>
    public string Retell(string page)
    {
        foreach (Transfer transfer in _bank.State.Transfers.Newest(100))
            page = page.Replace(Name(transfer.Txid), Name(Hash($"{transfer.Created:O} {transfer.Payment.PayeeName}")), StringComparison.Ordinal);
        foreach (Person person in (Person[])[_ada, _grace])
        {
            DeviceId drawn = new(person.Device.Ueid[1..]), told = new(Hash(person.Letter.Customer.Name));
            page = page.Replace($"{drawn}", $"{told}", StringComparison.Ordinal).Replace(Convert.ToHexStringLower(drawn.Hash), Convert.ToHexStringLower(told.Hash), StringComparison.Ordinal);
        }

        return page;
    }

    public void Dispose() => _open.Dispose();

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static string Name(byte[] txid) => Convert.ToHexStringLower(txid)[..8];

    private void At(int minute, int second) => _bank.Time.Pass(_bank.Time.GetUtcNow().Date + new TimeSpan(9, minute, second) - _bank.Time.GetUtcNow().UtcDateTime);

    private Person Enrol(Customers.Letter letter)
    {
        SimulatedDevice device = _bank.NewDevice();
        using PinPad pad = _bank.Connect(device);
        Assert.Equal(Said.Enrolled, pad.Enrol(_bank.Server.IssueCode(letter.Customer.Id)).Verdict);
        return new Person(letter, device);
    }

    private byte[] Ask(Customers.Letter letter, Payment payment) => _bank.State.Transfers.Create(letter.Customer.Id, payment).Handle;

    private byte[] Pay(Person person, Payment payment, Func<PinPad, Received, (Said, int)> answer)
    {
        byte[] handle = Ask(person.Letter, payment);
        Show(person, handle, answer);
        return handle;
    }

    private void Show(Person person, byte[] handle, Func<PinPad, Received, (Said, int)> answer)
    {
        using PinPad pad = _bank.Connect(person.Device);
        answer(pad, pad.Fetch(handle).Transaction!);
    }

    // The refusal is in the log when the client sees the end of the connection.
    private void Knock(SimulatedDevice device) => Assert.ThrowsAny<IOException>(() =>
    {
        using PinPad pad = _bank.Connect(device);
        pad.Fetch(new byte[16]);
    });

    private sealed record Person(Customers.Letter Letter, SimulatedDevice Device);
}
