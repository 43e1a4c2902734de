using System.Text.RegularExpressions;
using Redoubt.Image;
using Redoubt.PinPad.Interaction;
using Redoubt.Tool;
using Redoubt.Tool.Builds;
using Redoubt.Tool.Commands;
using Redoubt.Tool.Machines;
using Xunit;

namespace Redoubt.Systems;

/// <summary>
/// A pinpad, a bank, and between them this: what the phone's software would be. It relays bytes, and shows them to whoever wants to change some. The pinpad's
/// screen and keys are its console (tests/programs/Pad); or it is the real one, on a display, and a carrier's console is the way to the phone's software.
/// </summary>
public sealed class PadMachine : IRelayedPad, IDisposable
{
    private const int LongestTyped = 400;

    private const string Console = """
        [partition.pinpad]
        program = "Pad"
        """;

    private const string Screen = """
        [partition.ui]
        program = "Ui"
        devices = ["gpu", "keyboard", "touch"]
        trusted = true
        memory = 2
        console = false
        [partition.carrier]
        program = "Carrier"
        [[channel]]
        name = "relay"
        ends = ["pinpad", "carrier"]
        memory = 16
        [partition.pinpad]
        program = "PinPad"
        screen = "Secure entry – Meridian Bank"
        console = false
        """;

    private const string Ending = "ending (?<ending>[0-9]) verdict (?<verdict>[0-9]) left (?<left>[0-9]) \\.\n";

    private static readonly Regex s_relayed = new("^relay ([0-9a-f]+) \\.\n", RegexOptions.Multiline);

    private static readonly Lock s_building = new();

    private readonly string _folder = Directory.CreateTempSubdirectory("redoubt-pad-").FullName;
    private readonly PadBank _bank;
    private readonly PadRelay _relay;
    private readonly QemuMachine _boots;
    private readonly Display? _display;
    private readonly Lock _typing = new();
    private Machine _machine;
    private int _position;

    // That is shown, and nobody has waited for.
    private Match? _end;

    /// <summary>Boots.</summary>
    /// <param name="change">Changes the image, after the bank has learnt its reference values; null for nothing.</param>
    /// <param name="fuses">The device, if not the simulated one that the bank trusts.</param>
    /// <param name="screen">Whether it is the real pinpad.</param>
    /// <param name="mutant">A program of it that is another, which the bank takes for genuine; null for none.</param>
    public PadMachine(Action<byte[], SystemMap>? change = null, byte[]? fuses = null, bool screen = false, ProgramMutant? mutant = null)
    {
        string bank = BankFolder, description = Path.Combine(_folder, "pad.toml");
        File.WriteAllText(description, $"""
            board = "qemu-virt"
            [machine]
            cpus = 1
            memory = 128
            [identity]
            version = 1
            date = "2026-11-01"
            [partition.console]
            program = "Console"
            devices = ["uart"]
            {(screen ? Screen : Console)}
            kind = "guest"
            identity = true
            anchors = "{BankProcess.MakeAnchors(bank, _ => { })}"
            """);
        BuiltSystem built;
        // All have one name, and so one file.
        lock (s_building)
            built = BuiltSystem.Build(description, null, _ => { });
        if (mutant is not null)
            built = built with { Image = ExchangedProgram.Build(built, mutant, Path.Combine(_folder, "mutant")) };
        string image = Path.Combine(_folder, "pad.img");
        byte[] bytes = built.Image.Bytes.ToArray();
        change?.Invoke(bytes, built.Image.Map);
        File.WriteAllBytes(image, bytes);
        _bank = new PadBank(bank, ReferenceValues.Of(built.Image)!);
        _relay = new PadRelay(Send, _bank.Port);
        QemuMachine machine = built.Machine with { Kernel = image };
        if (fuses is not null)
        {
            string file = Path.Combine(_folder, "fuses");
            File.WriteAllBytes(file, fuses);
            machine = machine with { SimulatedFuses = (file, built.Image.DeviceSecret!.Value) };
        }

        _boots = machine;
        _display = screen ? new Display(machine) : null;
        _machine = _display?.Machine ?? Machine.Boot(machine);
        _machine.ExpectFrom(0, "^(ready|no identity)\n");
    }

    /// <summary>Who relays.</summary>
    public PadRelay Relay => _relay;

    /// <summary>The bank.</summary>
    public PadBank Bank => _bank;

    /// <summary>Folder of the bank, with its keys.</summary>
    public string BankFolder => Path.Combine(_folder, "bank");

    /// <summary>Switches the device off and on. The bank stays as it is.</summary>
    public void Reboot()
    {
        _machine.Dispose();
        _position = 0;
        _machine = Machine.Boot(_boots);
        _machine.ExpectFrom(0, "^ready\n");
    }

    /// <summary>The real pinpad's display.</summary>
    public Display Display => _display!;

    /// <summary>The pinpad's screen on it.</summary>
    public Keypad Keypad => new(Display);

    /// <summary>The bank's customer, with what the bank would have sent by post.</summary>
    public BankProcess.NewCustomer Customer => _bank.Customer;

    /// <summary>Sees every piece that is relayed, and may change it: true is towards the bank.</summary>
    public Func<bool, byte[], byte[]> Change
    {
        get => _relay.Change;
        set => _relay.Change = value;
    }

    /// <summary>All that the consoles have said.</summary>
    public string Text => _machine.Text;

    /// <summary>The customer asks for a transfer.</summary>
    /// <returns>The handle.</returns>
    public string Ask(string payee = "Hélène Müller", long amount = 12_345) => _bank.Ask(payee, amount);

    /// <summary>What became of a transfer, as the bank says.</summary>
    public string StateOf(string handle) => _bank.StateOf(handle);

    /// <summary>The phone asks the pinpad for an authorisation.</summary>
    public void StartAuthorise(string handle, byte bank = 0) => _relay.StartAuthorise(handle, bank);

    /// <summary>The phone asks the pinpad for an enrolment.</summary>
    public void StartEnrol() => _relay.StartEnrol();

    /// <summary>Types a line at the pinpad.</summary>
    public void Type(string line)
    {
        lock (_typing)
            _machine.Type(line + "\r");
    }

    /// <summary>Binds the customer's account to this device.</summary>
    public void EnrolCustomer()
    {
        StartEnrol();
        Expect("code\\?\n");
        Type("e " + Customer.Code);
        Expect("ending 0 verdict 5 left 5 \\.\n");
        Leave();
    }

    /// <summary>Binds the customer's account to this device, on the real pinpad's screen.</summary>
    public void Link()
    {
        StartEnrol();
        Task relayed = RelayToEnd();
        Display.AwaitStrip(Systems.Display.Entry);
        Keypad.Type(Customer.Code, PageLayout.Confirm);
        Keypad.AwaitResult(Palette.Green, "that the phone is linked");
        Close(relayed);
    }

    /// <summary>The person closes the result on that screen; a failure of what relays is told here.</summary>
    public void Close(Task relayed)
    {
        Display.Insist(() => Keypad.Touch(PageLayout.Cancel), () => relayed.IsCompleted, "Close");
        relayed.GetAwaiter().GetResult();
    }

    /// <summary>A transfer is shown, the customer confirms it with the PIN, and the bank makes it.</summary>
    public void Authorise(string handle)
    {
        StartAuthorise(handle);
        Expect("pay .*\n");
        Type("p " + Customer.Pin);
        Expect("ending 0 verdict 0 left 5 \\.\n");
        Leave();
        Assert.Equal("authorised", StateOf(handle));
    }

    /// <inheritdoc/>
    public bool AwaitTransaction()
    {
        Match shown = Expect($"(pay .*\n|{Ending})");
        _end = shown.Groups["ending"].Success ? shown : null;
        return _end is null;
    }

    /// <inheritdoc/>
    public void Confirm(string pin) => Type("p " + pin);

    /// <inheritdoc/>
    public void Cancel()
    {
        Type("c");
        Expect(Ending);
        Close();
    }

    /// <inheritdoc/>
    public (PadEnd End, int Left) AwaitEnd()
    {
        GroupCollection said = (_end ?? Expect(Ending)).Groups;
        _end = null;
        PadEnd end = (said["ending"].Value, said["verdict"].Value) switch
        {
            ("1", _) => PadEnd.NoBank,
            (_, "0") => PadEnd.Authorised,
            (_, "1") => PadEnd.WrongPin,
            _ => PadEnd.Refused,
        };
        return (end, int.Parse(said["left"].Value, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public void Close() => Leave();

    /// <summary>The person has seen the result.</summary>
    public void Leave()
    {
        Type("l");
        Expect("idle\n");
    }

    /// <summary>Relays until the phone's software is told that it is over.</summary>
    public void ExpectEnd()
    {
        while (!_relay.HasEnded)
            Expect("relay [0-9a-f]+ \\.\n");
    }

    /// <summary>Relays what comes, in the background, until the phone's software is told that it is over.</summary>
    public Task RelayToEnd() => Task.Run(ExpectEnd);

    /// <summary>Relays until the pinpad shows something.</summary>
    public Match Expect(string pattern)
    {
        Regex shown = new($"^{pattern}", RegexOptions.Multiline);
        DateTime end = DateTime.UtcNow + Machine.Patience;
        while (DateTime.UtcNow < end)
        {
            // Whichever comes first
            string wanted = $"^(?:{pattern}|relay [0-9a-f]+ \\.\n)";
            Match match = _machine.ExpectFrom(_position, wanted);
            _position = match.Index + match.Length;
            Match relayed = s_relayed.Match(match.Value);
            if (relayed.Success)
                _relay.Take(Convert.FromHexString(relayed.Groups[1].Value));
            if (shown.Match(match.Value) is { Success: true } found)
                return found;
        }

        throw _machine.Failure($"/{pattern}/ did not appear");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_display is null)
            _machine.Dispose();
        _display?.Dispose();
        _relay.Dispose();
        _bank.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Send(byte[] bytes)
    {
        lock (_typing)
        {
            foreach (byte[] piece in bytes.Chunk(LongestTyped))
                _machine.Type($"r {Convert.ToHexStringLower(piece)}\r");
        }
    }
}
