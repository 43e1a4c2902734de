using System.Net;
using System.Net.Sockets;
using System.Text;
using Redoubt.Image;
using Redoubt.PinPad.Interaction;
using Redoubt.Tool;
using Redoubt.Tool.Builds;
using Redoubt.Tool.Commands;
using Redoubt.Tool.Machines;

namespace Redoubt.Systems;

/// <summary>
/// The phone (systems/phone.toml) in an attacker's hands: its Linux is Debian's, with root's shell, and a command line that lets root reach all that the guest sees
/// of memory. The phone's software has been ended; the line to the pinpad ends in this process, which has the attacker's plan and has the shell do its work.
/// </summary>
public sealed class CompromisedPhone : IDisposable
{
    /// <summary>What the attacker has put on Linux's command line: /dev/mem opens devices' memory too, and this much of the RAM is not Linux's, but root's.</summary>
    public const string Relaxed = "iomem=relaxed mem=304M";

    // As the console numbers them.
    private const int LinuxKey = 1, WorkKey = 2;

    // The host, as QEMU's user-mode network shows it.
    private const string Host = "10.0.2.2";

    private const string Given = "cmdline = \"console=ttyAMA0 quiet ";

    // Phones that are built at the same time would write the same file.
    private static readonly Lock s_building = new();

    private readonly string _folder = Directory.CreateTempSubdirectory("redoubt-compromised-").FullName;
    private readonly List<LineFromGuest> _lines = [];
    private int _scripts;

    /// <summary>Boots the phone that ships.</summary>
    public CompromisedPhone()
        : this(null, null)
    {
    }

    /// <summary>Boots a phone that lacks a defence. The bank takes it for a genuine one.</summary>
    /// <param name="mutant">A program of its that is another, or null.</param>
    /// <param name="change">Changes the image, or null.</param>
    public CompromisedPhone(KernelMutant? mutant, Action<byte[], SystemImage>? change)
    {
        string bank = Path.Combine(_folder, "bank"), served = Path.Combine(_folder, "served"), disk = Path.Combine(_folder, "disk");
        Directory.CreateDirectory(served);
        using (FileStream file = File.Create(disk))
            file.SetLength(DiskSize);
        BuiltSystem built;
        lock (s_building)
            built = BuiltSystem.Build(Describe(bank), null, _ => { });
        string image = Path.Combine(_folder, "phone.img");
        Image = WriteImage(built, mutant, change, image);
        Bank = new PadBank(bank, ReferenceValues.Of(Image)!);
        Display = new Display(built.Machine with { Kernel = image, Served = served, Disk = disk });
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
    }

    /// <summary>Bytes of the disk, a raw file behind the PCI host bridge that nobody uses.</summary>
    public const int DiskSize = 1 << 20;

    /// <summary>The disk as it is now.</summary>
    public byte[] Disk
    {
        get
        {
            using FileStream file = new(Path.Combine(_folder, "disk"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
    }

    /// <summary>What it boots.</summary>
    public SystemImage Image { get; }

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

    /// <summary>Whether the customer's account is bound to this phone.</summary>
    public bool IsLinked { get; private set; }

    /// <summary>A person binds the account to this phone.</summary>
    public void Link()
    {
        Relay.StartEnrol();
        Display.AwaitStrip(Display.Entry);
        Keypad.Type(Bank.Customer.Code, PageLayout.Confirm);
        Keypad.AwaitResult(Palette.Green, "that the phone is linked");
        Close();
        IsLinked = true;
    }

    /// <summary>The pinpad shows a transfer and waits for the PIN; or for the one-time code, if the phone is not linked.</summary>
    /// <returns>The transfer's handle, or null.</returns>
    public string? BeginEntry()
    {
        string? handle = IsLinked ? Bank.Ask() : null;
        if (handle is null)
            Relay.StartEnrol();
        else
            Relay.StartAuthorise(handle);
        Display.AwaitStrip(Display.Entry);
        Keypad.Await();
        return handle;
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

    /// <summary>All of the machine's memory as it is now.</summary>
    public byte[] Memory() => Display.Memory(Image.Map.MemoryBase, Image.Map.MemorySize);

    /// <summary>Puts a file into Linux's /tmp, by TFTP.</summary>
    public void Give(string name, byte[] content)
    {
        File.WriteAllBytes(Path.Combine(_folder, "served", name), content);
        Linux.Run($"tftp -g -r {name} -l /tmp/{name} {Host}");
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
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The phone's description with another command line, and a bank of its own.</summary>
    private string Describe(string bank)
    {
        string shipped = File.ReadAllText(BuiltSystem.Locate("phone")), path = Path.Combine(_folder, "compromised.toml");
        string description = shipped.Replace(Given, $"{Given}{Relaxed} ", StringComparison.Ordinal).Replace(PhoneBank.Anchors, BankProcess.MakeAnchors(bank, _ => { }), StringComparison.Ordinal);
        if (!description.Contains(Relaxed, StringComparison.Ordinal) || description.Contains(PhoneBank.Anchors, StringComparison.Ordinal))
            throw new InvalidOperationException("the phone's description has changed: what the attacker does to it must be thought over");
        File.WriteAllText(path, description);
        return path;
    }

    private static SystemImage WriteImage(BuiltSystem built, KernelMutant? mutant, Action<byte[], SystemImage>? change, string path)
    {
        SystemImage image = mutant is null ? built.Image : ExchangedProgram.Build(built, mutant, path);
        byte[] bytes = image.Bytes.ToArray();
        change?.Invoke(bytes, image);
        File.WriteAllBytes(path, bytes);
        return SystemImage.Read(path);
    }
}
