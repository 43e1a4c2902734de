using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Redoubt.Image;
using Redoubt.Tool;
using Redoubt.Tool.Builds;
using Redoubt.Tool.Commands;
using Redoubt.Tool.Machines;

namespace Redoubt.Systems;

/// <summary>
/// A pinpad, a bank, and between them this: what the phone's software would be. It relays bytes, and shows them to whoever wants to change some. The pinpad's
/// screen and keys are its console (tests/programs/Pad); or it is the real one, on a display, and a carrier's console is the way to the phone's software.
/// </summary>
public sealed class PadMachine : IDisposable
{
    private const byte Authorise = 1, Enrol = 2, Data = 3, Closed = 4, Connect = 129, DataForBank = 130, Close = 131, Ended = 132;
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

    private static readonly Regex s_relayed = new("^relay ([0-9a-f]+) \\.\n", RegexOptions.Multiline);

    private readonly string _folder = Directory.CreateTempSubdirectory("redoubt-pad-").FullName;
    private readonly BankProcess _bank;
    private readonly Machine _machine;
    private readonly Display? _display;
    private readonly HttpClient _app;
    private readonly List<byte> _message = [];
    private readonly Lock _typing = new();
    private TcpClient? _connection;
    private int _position;
    private volatile bool _ended;

    /// <summary>Boots.</summary>
    /// <param name="change">Changes the image, after the bank has learnt its reference values; null for nothing.</param>
    /// <param name="fuses">The device, if not the simulated one that the bank trusts.</param>
    /// <param name="screen">Whether it is the real pinpad.</param>
    public PadMachine(Action<byte[], SystemMap>? change = null, byte[]? fuses = null, bool screen = false)
    {
        string bank = Path.Combine(_folder, "bank"), description = Path.Combine(_folder, "pad.toml");
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
        BuiltSystem built = BuiltSystem.Build(description, null, _ => { });
        string image = Path.Combine(_folder, "pad.img"), references = Path.Combine(_folder, "pad.img.reference.json");
        byte[] bytes = built.Image.Bytes.ToArray();
        change?.Invoke(bytes, built.Image.Map);
        File.WriteAllBytes(image, bytes);
        File.WriteAllBytes(references, ReferenceValues.Of(built.Image)!.ToJson());
        _bank = BankProcess.Start(bank, new BankProcess.Ports(), [references], addCustomer: true, _ => { });
        _app = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_bank.Where.AppPort}") };
        _app.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Customer.AppKey);
        QemuMachine machine = built.Machine with { Kernel = image };
        if (fuses is not null)
        {
            string file = Path.Combine(_folder, "fuses");
            File.WriteAllBytes(file, fuses);
            machine = machine with { SimulatedFuses = (file, built.Image.DeviceSecret!.Value) };
        }

        _display = screen ? new Display(machine) : null;
        _machine = _display?.Machine ?? Machine.Boot(machine);
        _machine.ExpectFrom(0, "^(ready|no identity)\n");
    }

    /// <summary>The real pinpad's display.</summary>
    public Display Display => _display!;

    /// <summary>The pinpad's screen on it.</summary>
    public Keypad Keypad => new(Display);

    /// <summary>The bank's customer, with what the bank would have sent by post.</summary>
    public BankProcess.NewCustomer Customer => _bank.Where.Customer!;

    /// <summary>Sees every piece that is relayed, and may change it: true is towards the bank.</summary>
    public Func<bool, byte[], byte[]> Change { get; set; } = (_, bytes) => bytes;

    /// <summary>All that the consoles have said.</summary>
    public string Text => _machine.Text;

    /// <summary>The customer asks for a transfer.</summary>
    /// <returns>The handle.</returns>
    public string Ask(string payee = "Hélène Müller", long amount = 12_345)
    {
        using HttpResponseMessage answer = _app.PostAsJsonAsync("/api/transfers", new { payeeName = payee, payeeAccount = "DE89370400440532013000", amountMinor = amount, currency = "EUR" }).Result;
        answer.EnsureSuccessStatusCode();
        return answer.Content.ReadFromJsonAsync<JsonElement>().Result.GetProperty("handle").GetString()!;
    }

    /// <summary>What became of a transfer, as the bank says.</summary>
    public string StateOf(string handle) => _app.GetFromJsonAsync<JsonElement>($"/api/transfers/{handle}").Result.GetProperty("state").GetString()!;

    /// <summary>The phone asks the pinpad for an authorisation.</summary>
    public void StartAuthorise(string handle, byte bank = 0) => Begin(Authorise, [bank, .. Convert.FromHexString(handle)]);

    /// <summary>The phone asks the pinpad for an enrolment.</summary>
    public void StartEnrol() => Begin(Enrol, [0]);

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

    /// <summary>The person has seen the result.</summary>
    public void Leave()
    {
        Type("l");
        Expect("idle\n");
    }

    /// <summary>Relays until the phone's software is told that it is over.</summary>
    public void ExpectEnd()
    {
        while (!_ended)
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
                Take(Convert.FromHexString(relayed.Groups[1].Value));
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
        _connection?.Dispose();
        _app.Dispose();
        _bank.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Begin(byte type, byte[] payload)
    {
        _ended = false;
        Send(type, payload);
    }

    private void Take(byte[] bytes)
    {
        _message.AddRange(bytes);
        while (_message.Count >= 3 && _message.Count >= 3 + (_message[1] << 8 | _message[2]))
        {
            int length = _message[1] << 8 | _message[2];
            byte[] payload = [.. _message.Skip(3).Take(length)];
            byte type = _message[0];
            _message.RemoveRange(0, 3 + length);
            Handle(type, payload);
        }
    }

    private void Handle(byte type, byte[] payload)
    {
        switch (type)
        {
            case Connect:
                _connection?.Dispose();
                TcpClient opened = _connection = new TcpClient("127.0.0.1", _bank.Where.DevicePort);
                new Thread(() => Forward(opened)) { IsBackground = true }.Start();
                break;
            case DataForBank:
                byte[] sent = Change(true, payload);
                try
                {
                    _connection?.GetStream().Write(sent);
                }
                catch (IOException)
                {
                    // The bank has closed: the thread that reads tells the pinpad.
                }

                break;
            case Close:
                lock (_typing)
                {
                    _connection?.Client.Shutdown(SocketShutdown.Send);
                    if (_connection is not null)
                        Send(Closed, []);
                    _connection = null;
                }

                break;
            case Ended:
                _ended = true;
                break;
            default:
                throw _machine.Failure($"the pinpad says {type}");
        }
    }

    private void Forward(TcpClient connection)
    {
        byte[] buffer = new byte[1024];
        try
        {
            int count;
            while ((count = connection.GetStream().Read(buffer)) > 0)
                Forward(connection, Data, Change(false, buffer[..count]));
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection is over.
        }

        Forward(connection, Closed, []);
    }

    /// <summary>Nothing comes of a connection that the pinpad has ended.</summary>
    private void Forward(TcpClient connection, byte type, byte[] payload)
    {
        lock (_typing)
        {
            if (!ReferenceEquals(connection, _connection))
                return;
            Send(type, payload);
            if (type == Closed)
                _connection = null;
        }
    }

    private void Send(byte type, byte[] payload)
    {
        byte[] message = [type, (byte)(payload.Length >> 8), (byte)payload.Length, .. payload];
        lock (_typing)
        {
            foreach (byte[] piece in message.Chunk(LongestTyped))
                _machine.Type($"r {Convert.ToHexStringLower(piece)}\r");
        }
    }
}
