using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Redoubt.Abi;
using Redoubt.Image;
using Redoubt.PinPad.Interaction;
using Redoubt.Tool;
using Redoubt.Tool.Builds;
using Redoubt.Tool.Commands;
using Redoubt.Tool.Machines;
using Xunit;

namespace Redoubt.Systems;

/// <summary>
/// The phone (systems/phone.toml) in an attacker's hands: its Linux is Debian's, with root's shell, and a command line that lets root reach all that the guest sees
/// of memory. The phone's software has been ended; the line to the pinpad ends in this process, which has the attacker's plan and has the shell do its work.
/// </summary>
public sealed class CompromisedPhone : IRelayedPad, IDisposable
{
    /// <summary>What the attacker has put on Linux's command line: /dev/mem opens devices' memory too, and this much of the RAM is not Linux's, but root's.</summary>
    public const string Relaxed = "iomem=relaxed mem=304M";

    // As the console numbers them.
    private const int LinuxKey = 1, WorkKey = 2;

    // The host, as QEMU's user-mode network shows it.
    private const string Host = "10.0.2.2";

    private const string Given = "cmdline = \"console=ttyAMA0 quiet ";

    private static readonly Lock s_building = new();

    // Pictures of the documentation.
    private static readonly Dictionary<string, (PadEnd End, int Left)> s_ends = new()
    {
        ["authorised"] = (PadEnd.Authorised, 0),
        ["wrong-pin"] = (PadEnd.WrongPin, 3),
        ["no-connection"] = (PadEnd.NoBank, 0),
        ["no-answer"] = (PadEnd.NoBank, 0),
        ["refused"] = (PadEnd.Refused, 0),
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("redoubt-compromised-").FullName;
    private readonly List<LineFromGuest> _lines = [];
    private readonly HashSet<string> _installed = [];
    private readonly MemoryWriter _writer = new();
    private readonly BuiltSystem _built;
    private int _scripts;

    /// <summary>Boots the phone that ships. A person has linked it with the bank.</summary>
    public CompromisedPhone()
        : this(null) => Link();

    /// <summary>Boots a phone of which a program is another; the bank takes it for a genuine one.</summary>
    internal CompromisedPhone(ProgramMutant? mutant)
    {
        string bank = Path.Combine(_folder, "bank"), served = Path.Combine(_folder, "served");
        Directory.CreateDirectory(served);
        Disk = new byte[DiskSize];
        _built = Build(bank, mutant);
        Image = _built.Image;
        Bank = new PadBank(bank, ReferenceValues.Of(Image)!);
        Display = new Display(_built.Machine with { Served = served, Disk = DiskFile, Extra = _writer.Options });
        Keypad = new Keypad(Display);
        Linux = new Guest(Display.Machine, "linux", LinuxKey).Login();
        Work = new Guest(Display.Machine, "work", WorkKey).Login();
        Linux.Run("while killall rc.phone handset tftp 2>/dev/null; do sleep 0.1; done; ip link set lo up; ip link set eth0 up");
        Linux.Try($"ip addr add 10.0.2.15/24 dev eth0; ip route add default via {Host}");
        Linux.Run("exec 3<>/dev/hvc1; stty raw -echo <&3");
        LineFromGuest line = Connect("<&3 >&3");
        Relay = new PadRelay(line.Send, Bank.Port);
        line.Give(Relay.Take);
        Relay.Open();
        Log = new InputLog(this);
    }

    /// <summary>Bytes of the disk, a raw file behind the PCI host bridge that nobody uses.</summary>
    public const int DiskSize = 1 << 20;

    /// <summary>The disk as it is now.</summary>
    public byte[] Disk
    {
        get
        {
            using FileStream file = new(DiskFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }

        set
        {
            using FileStream file = new(DiskFile, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
            file.Write(value);
        }
    }

    /// <summary>What it has booted, or what it has become since.</summary>
    public SystemImage Image { get; private set; }

    /// <summary>The bank that the pinpad knows.</summary>
    public PadBank Bank { get; }

    /// <summary>Display, keys and touch.</summary>
    public Display Display { get; }

    /// <summary>The pinpad's screen.</summary>
    public Keypad Keypad { get; }

    /// <summary>Root's shell in the compromised Linux.</summary>
    public Guest Linux { get; }

    /// <summary>The shell of the Linux for work, which is nobody's but its owner's.</summary>
    public Guest Work { get; }

    /// <summary>The line to the pinpad.</summary>
    public PadRelay Relay { get; }

    /// <summary>What Linux's input devices have told it.</summary>
    public InputLog Log { get; }

    /// <summary>The pinpad shows a transfer and waits for the PIN.</summary>
    /// <returns>The transfer's handle.</returns>
    public string BeginEntry()
    {
        string handle = Bank.Ask();
        Relay.StartAuthorise(handle);
        Display.AwaitStrip(Display.Entry);
        Keypad.Await();
        return handle;
    }

    /// <inheritdoc/>
    public bool AwaitTransaction() => Keypad.IsThere(Display.Await(
        picture => picture[2, 2] == Display.Entry && (Keypad.IsThere(picture) || Keypad.IsResult(picture, Palette.Red)), "a transaction or an end"));

    /// <inheritdoc/>
    public void Confirm(string pin) => Keypad.Type(pin, PageLayout.Confirm);

    /// <inheritdoc/>
    public (PadEnd End, int Left) AwaitEnd() => s_ends[Keypad.AwaitPicture(s_ends.Keys)];

    /// <summary>A person pays.</summary>
    public void Pay()
    {
        string handle = BeginEntry();
        Keypad.Type(Bank.Customer.Pin, PageLayout.Confirm);
        Keypad.AwaitResult(Palette.Green, "that the payment is authorised");
        Close();
        Assert.Equal("authorised", Bank.StateOf(handle));
    }

    /// <summary>The person touches Close until the phone's screen is back.</summary>
    public void Close()
    {
        Display.Insist(() => Keypad.Touch(PageLayout.Cancel), () => Relay.HasEnded, "Close");
        Display.Await(picture => picture[2, 2] != Display.Entry, "the phone's screen");
    }

    /// <summary>The person cancels, and closes what then is shown.</summary>
    public void Cancel()
    {
        Display.Insist(() => Keypad.Touch(PageLayout.Cancel), () => !Keypad.IsThere(Display.Look()), "Cancel");
        Close();
    }

    /// <summary>
    /// While it runs, the phone becomes one that lacks a defence: its memory gets what differs in the image of such a build. The bank takes it for what it was.
    /// </summary>
    /// <param name="mutant">A program of its that is another, or null.</param>
    /// <param name="change">Changes the image, or null.</param>
    public void Break(ProgramMutant? mutant, Action<byte[], SystemImage>? change)
    {
        string file = Path.Combine(_folder, "broken.img");
        SystemImage image = mutant is null ? _built.Image : ExchangedProgram.Build(_built, mutant, file);
        byte[] bytes = image.Bytes.ToArray();
        change?.Invoke(bytes, image);
        File.WriteAllBytes(file, bytes);
        Become(SystemImage.Read(file));
    }

    /// <summary>The phone becomes what it was, whatever an attack was in the middle of.</summary>
    public void Repair()
    {
        Become(_built.Image);
        Relay.Change = (_, bytes) => bytes;
        Linux.Run("kill -CONT $(pidof nc); kill $(cat /tmp/watcher.pid 2>/dev/null) 2>/dev/null; true");
        Settle();
    }

    /// <summary>The person closes what is shown until the phone's screen is back and nothing that was begun goes on.</summary>
    public void Settle() => Display.Insist(
        () =>
        {
            uint strip = Display.Look()[2, 2];
            if (strip == Display.Entry)
                Keypad.Touch(PageLayout.Cancel);
            else if (strip != Display.First)
                Display.Tap("f12");
        },
        () => Display.Look()[2, 2] == Display.First && Relay.HasEnded,
        "closing");

    /// <summary>All of the machine's memory as it is now.</summary>
    public byte[] Memory() => Display.Memory(Image.Map.MemoryBase, Image.Map.MemorySize);

    /// <summary>The first part of it, which has everybody's programs and what confines them, and Linux's kernel.</summary>
    public byte[] LowMemory()
    {
        const ulong Kernel = 64 << 20;
        return Display.Memory(Image.Map.MemoryBase, Image.Map.Areas.Single(area => area is { Owner: "linux", Purpose: "memory" }).Address + Kernel - Image.Map.MemoryBase);
    }

    /// <summary>Puts a file into Linux's /tmp, by TFTP.</summary>
    public void Give(string name, byte[] content)
    {
        File.WriteAllBytes(Path.Combine(_folder, "served", name), content);
        Linux.Run($"tftp -g -b 1428 -r {name} -l /tmp/{name} {Host}");
    }

    /// <summary>Puts a program into Linux's /tmp, once.</summary>
    /// <returns>Its path there.</returns>
    public string Install(string name, Func<byte[]> build)
    {
        if (_installed.Add(name))
        {
            Give(name, build());
            Linux.Run($"chmod +x /tmp/{name}");
        }

        return $"/tmp/{name}";
    }

    /// <summary>Takes a file out of Linux.</summary>
    public byte[] Take(string path)
    {
        int size = int.Parse(Linux.Run($"wc -c < {path}"), CultureInfo.InvariantCulture);
        LineFromGuest line = Connect($"<{path} >/dev/null");
        Display.Insist(() => { }, () => line.Received.Length >= size, $"taking {path}");
        return line.Received;
    }

    /// <summary>Has Linux run a script of any length.</summary>
    /// <returns>What it said.</returns>
    public string Script(IEnumerable<string> lines)
    {
        string name = $"script{++_scripts}";
        Give(name, Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        return Linux.Run($"sh /tmp/{name}");
    }

    /// <summary>Connects something in Linux to this process.</summary>
    /// <param name="redirections">Of the shell: where bytes come from and where they go.</param>
    public LineFromGuest Connect(string redirections)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Linux.Run($"nc {Host} {((IPEndPoint)listener.LocalEndpoint).Port} {redirections} & sleep 0");
        LineFromGuest line = new(listener.AcceptTcpClientAsync().WaitAsync(Machine.Patience).GetAwaiter().GetResult());
        _lines.Add(line);
        return line;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Relay.Dispose();
        Display.Dispose();
        foreach (LineFromGuest line in _lines)
            line.Dispose();
        Bank.Dispose();
        _writer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string DiskFile => Path.Combine(_folder, "disk");

    private void Link()
    {
        Relay.StartEnrol();
        Display.AwaitStrip(Display.Entry);
        Keypad.Type(Bank.Customer.Code, PageLayout.Confirm);
        Keypad.AwaitResult(Palette.Green, "that the phone is linked");
        Close();
    }

    /// <summary>The phone that ships with another command line of Linux's, and a bank of its own.</summary>
    private BuiltSystem Build(string bank, ProgramMutant? mutant)
    {
        string shipped = File.ReadAllText(BuiltSystem.Locate("phone")), path = Path.Combine(_folder, "compromised.toml"), image = Path.Combine(_folder, "phone.img");
        string description = shipped.Replace(Given, $"{Given}{Relaxed} ", StringComparison.Ordinal).Replace(PhoneBank.Anchors, BankProcess.MakeAnchors(bank, _ => { }), StringComparison.Ordinal);
        if (!description.Contains(Relaxed, StringComparison.Ordinal) || description.Contains(PhoneBank.Anchors, StringComparison.Ordinal))
            throw new InvalidOperationException("the phone's description has changed: what the attacker does to it must be thought over");
        File.WriteAllText(path, description);
        BuiltSystem built;
        // Phones that are built at the same time would write the same file.
        lock (s_building)
            built = BuiltSystem.Build(path, null, _ => { });
        SystemImage boots = mutant is null ? built.Image : ExchangedProgram.Build(built, mutant, image);
        boots.Write(image);
        return built with { Image = boots, Path = image };
    }

    private void Become(SystemImage other)
    {
        List<(ulong, ulong)> words = [];
        // What the loader has is of no more use.
        foreach (PlacedArea area in Image.Map.Areas.Where(area => area.Storage == Storage.File && area.Owner != "loader"))
        {
            ReadOnlySpan<ulong> now = Words(Image, area), then = Words(other, area);
            for (int i = 0; i < now.Length; i++)
            {
                if (now[i] != then[i])
                    words.Add((area.Address + (ulong)i * sizeof(ulong), then[i]));
            }
        }

        if (words.Count == 0 && !ReferenceEquals(other, Image))
            throw new InvalidOperationException("nothing changes");
        _writer.Write(words);
        Image = other;
    }

    private static ReadOnlySpan<ulong> Words(SystemImage image, PlacedArea area) =>
        MemoryMarshal.Cast<byte, ulong>(image.Bytes.Span.Slice((int)(area.Address - Layout.LoadBase), (int)area.Size));
}
