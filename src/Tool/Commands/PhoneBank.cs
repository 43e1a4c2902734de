using System.Text.Json;
using Redoubt.Tool.Builds;
using Redoubt.Tool.Machines;

namespace Redoubt.Tool.Commands;

/// <summary>The bank of a system whose PIN pad knows it, and what the phone's owner told the banking app when it was set up.</summary>
public sealed class PhoneBank : IDisposable
{
    /// <summary>The artifact that a system names if it wants this bank.</summary>
    public const string Anchors = "bank:anchors";

    // What the phone asks for, and the line to its PIN pad, see src/Handset/Settings.cs.
    private const string SettingsFile = "handset", PinPad = "/dev/hvc1";

    // The host, as QEMU's user-mode network shows it.
    private const string Host = "10.0.2.2";

    private readonly BankProcess _bank;
    private readonly BankProcess.NewCustomer _customer;
    private readonly string _served = Directory.CreateTempSubdirectory("redoubt-phone-").FullName;
    private readonly IDisposable _cleanUp;

    private PhoneBank(BankProcess bank, BankProcess.NewCustomer customer)
    {
        (_bank, _customer) = (bank, customer);
        _cleanUp = Interruption.OnExit(() => Files.DeleteFolder(_served));
        File.WriteAllText(
            Path.Combine(_served, SettingsFile),
            $"bank=http://{Host}:{bank.Where.AppPort}/ bank-pads={Host}:{bank.Where.DevicePort} app-key={customer.AppKey} pin-pad={PinPad}\n");
    }

    /// <summary>What a person needs to know to use the phone.</summary>
    public IEnumerable<string> Notices =>
    [
        $"The bank's clerk: {_bank.Where.ClerkPage}",
        $"{_customer.Name}'s post from the bank: PIN {_customer.Pin}; one-time code {_customer.Code}, to bind the account to this phone",
    ];

    /// <summary>What is sent to the customer by post.</summary>
    public BankProcess.NewCustomer Customer => _customer;

    /// <summary>Starts the bank of a system, which knows the system's reference values from now on. Its customer stays the same.</summary>
    /// <param name="built">The system.</param>
    /// <param name="folder">Where the bank keeps everything.</param>
    /// <param name="note">Told what goes on.</param>
    /// <param name="newCustomer">Whether it is another one from now on.</param>
    /// <returns>The bank; null if the system wants none.</returns>
    /// <exception cref="UserError">It does not start.</exception>
    public static PhoneBank? Start(BuiltSystem built, string folder, Action<string> note, bool newCustomer = false)
    {
        if (!built.Description.Partitions.Any(partition => partition.Anchors?.Value == Anchors))
            return null;
        string file = Path.Combine(folder, "customer.json");
        BankProcess bank = BankProcess.Start(folder, new BankProcess.Ports(), [built.Path + ReferenceValues.Suffix], addCustomer: newCustomer || !File.Exists(file), note);
        if (bank.Where.Customer is { } added)
            Files.Write(file, temporary => File.WriteAllText(temporary, JsonSerializer.Serialize(added, JsonSerializerOptions.Web)));
        return new PhoneBank(bank, JsonSerializer.Deserialize<BankProcess.NewCustomer>(File.ReadAllText(file), JsonSerializerOptions.Web)!);
    }

    /// <summary>The machine, on whose network the phone finds its settings.</summary>
    public QemuMachine Serve(QemuMachine machine) => machine with { Served = _served };

    /// <inheritdoc/>
    public void Dispose()
    {
        _bank.Dispose();
        Files.DeleteFolder(_served);
        _cleanUp.Dispose();
    }
}
