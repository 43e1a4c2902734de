using System.Text;
using System.Text.RegularExpressions;
using Redoubt.Abi;
using Redoubt.Image;
using Redoubt.PinPad.Interaction;
using Redoubt.Tool;

namespace Redoubt.Systems;

/// <summary>Attacks on memory: reading what others have there, and searching for what they have left. Each leaves the phone's screen as the one that is shown.</summary>
public static class MemoryAttacks
{
    private const int BusError = 128 + 7;

    /// <summary>A PIN that is nowhere by chance, and not the customer's.</summary>
    private const string Distinctive = "739150628407";

    /// <summary>Root reads Linux's window during an entry: by CPU, and by a device's DMA.</summary>
    /// <exception cref="BreachException">Something else than what Linux has painted is in it.</exception>
    public static void ReadTheScreen(CompromisedPhone phone)
    {
        PlacedScreen screen = phone.Image.Map.Screens.Single(screen => screen.Client == "linux");
        phone.Linux.Run($"head -c {screen.Size} /dev/zero | tr '\\000' '\\125' > /dev/fb0 2>/dev/null; true");
        string before = phone.Linux.Run("sha256sum < /dev/fb0");
        phone.BeginEntry();
        if (phone.Linux.Run("sha256sum < /dev/fb0") != before)
            throw new BreachException("Linux's window shows what Linux has not painted");

        ulong last = GuestMap.Screen + screen.Size - 0x1000;
        ulong[] places = [GuestMap.Screen, GuestMap.Screen + 0x10_0000, GuestMap.Screen + 0x2f_0000, last];
        foreach ((ulong place, byte[] read) in places.Zip(new DmaDisk(phone).Read(places)))
        {
            if (read.AsSpan().ContainsAnyExcept((byte)0x55))
                throw new BreachException($"the disk reads from Linux's window, at 0x{place:x}, what Linux has not painted");
        }

        phone.Cancel();
    }

    /// <summary>Root reads during an entry, by CPU and by DMA, at addresses where others have their memory, as they see it and as the machine has it.</summary>
    /// <exception cref="BreachException">Something was read that is not Linux's.</exception>
    public static void ReadMemory(CompromisedPhone phone)
    {
        phone.BeginEntry();
        // What it has by right: a broken phone's tables give it more.
        MappedRange[] own = [.. Linux(phone.Image).Where(range => phone.Image.Map.Areas.Any(area => area.Owner == "linux" && range.Physical >= area.Address && range.Physical < area.End))];
        // Where the pinpad is, in its own eyes; where others are in the machine; at the ends of what Linux has. Elsewhere Linux has something of its own.
        ulong[] places =
        [
            .. new[] { Layout.Manifest, Layout.Anchors, Layout.Identity, Layout.Program, Layout.Program + 0xf_2000, Layout.Devices }
                .Concat(phone.Image.Map.Areas.Where(area => area.Owner != "linux" && area.Storage != Storage.Device).SelectMany(area => new[] { area.Address, area.End - 0x1000 }))
                .Concat(own.SelectMany(range => new[] { range.Virtual - 0x1000, range.Virtual + range.Size }))
                .Where(place => !own.Any(range => place >= range.Virtual && place < range.Virtual + range.Size))
                .Distinct(),
        ];
        string said = phone.Script(["for place in " + string.Join(' ', places.Select(place => $"0x{place:x}")) + "; do devmem $place 32 >/dev/null 2>&1; echo $place is $?; done 2>/dev/null"]);
        Dictionary<string, int> results = Regex.Matches(said, @"^(0x[0-9a-f]+) is ([0-9]+)", RegexOptions.Multiline).ToDictionary(match => match.Groups[1].Value, match => int.Parse(match.Groups[2].Value));
        foreach (ulong place in places)
        {
            if (results[$"0x{place:x}"] != BusError)
                throw new BreachException($"reading at 0x{place:x} gives {results[$"0x{place:x}"]}, no bus error");
        }

        // A device is told the same addresses. Nothing of what is there comes to the disk; the monitor tells of the first.
        int from = phone.Display.Machine.Mark;
        ulong[] told = [.. places.Where(place => place >= phone.Image.Map.MemoryBase && place < phone.Image.Map.MemoryBase + phone.Image.Map.MemorySize).Take(6), Layout.Program];
        foreach ((ulong place, byte[] read) in told.Zip(new DmaDisk(phone).Read(told)))
        {
            if (read.AsSpan().ContainsAnyExcept((byte)0))
                throw new BreachException($"the disk reads at 0x{place:x}");
        }

        phone.Display.Machine.ExpectFrom(from, $@"\*\*\* linux: DMA of stream 0x0010 from 0x{told[0]:x16} refused");
        phone.Cancel();
    }

    /// <summary>A distinctive PIN is typed and sent to the bank; then all of the machine's memory is searched for it.</summary>
    /// <exception cref="BreachException">It is somewhere where it must not be.</exception>
    public static void SearchForThePin(CompromisedPhone phone)
    {
        phone.BeginEntry();
        // An enrolment's code is shorter.
        string typed = phone.IsLinked ? Distinctive : Distinctive[..10];
        phone.Keypad.AwaitInput();
        phone.Display.Tap([.. typed.Select(digit => digit.ToString())]);
        phone.Display.Await(picture => Keypad.Dots(picture) == typed.Length, "a dot for each digit");
        byte[] memory = phone.Memory();
        string[] owners = [.. Find(phone, memory, Encoding.ASCII.GetBytes(typed))];
        if (!owners.Contains("pinpad"))
            throw new InvalidOperationException("the digits are not even where they are typed: the search must be thought over");
        if (owners.Any(owner => owner != "pinpad"))
            throw new BreachException($"digits that are being typed are in memory of {string.Join(", ", owners)}");
        RequireNothingOfLinux(phone, memory, typed);

        phone.Display.Tap("ret");
        phone.Keypad.AwaitResult(Palette.Red, "that the PIN was wrong");
        phone.Close();
        memory = phone.Memory();
        owners = [.. Find(phone, memory, Encoding.ASCII.GetBytes(typed))];
        if (owners.Length != 0)
            throw new BreachException($"after the entry the digits are still in memory of {string.Join(", ", owners)}");
        RequireNothingOfLinux(phone, memory, typed);
    }

    /// <summary>A program in Linux watches the vector registers of the CPU that it shares with the pinpad, while that talks to the bank and a person types.</summary>
    /// <exception cref="BreachException">They changed under its hands.</exception>
    public static void WatchVectors(CompromisedPhone phone)
    {
        phone.Give("vectors", Watcher());
        phone.Linux.Run("chmod +x /tmp/vectors; taskset 1 /tmp/vectors >/tmp/found & echo $! >/tmp/watcher");
        phone.BeginEntry();
        phone.Keypad.AwaitInput();
        phone.Display.Tap("1", "2", "3");
        phone.Display.Await(picture => Keypad.Dots(picture) == 3, "a dot for each digit");
        phone.Cancel();
        // It ends by itself only if it has found something.
        if (phone.Linux.Try("kill $(cat /tmp/watcher)").Status != 0)
            throw new BreachException($"vector registers have what others had there: {phone.Linux.Run("xxd -p -c 32 /tmp/found")}");
    }

    private static byte[] Watcher()
    {
        string file = Path.GetTempFileName();
        try
        {
            Subprocess.Result built = Subprocess.Run("aarch64-linux-gnu-gcc", ["-static", "-nostdlib", "-o", file, Path.Combine(Workspace.Root, "tests/programs/Attacker/vectors.S")]);
            return built.Status == 0 ? File.ReadAllBytes(file) : throw new InvalidOperationException(built.Text);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Nothing that Linux, its devices or its monitor can read has the digits, as text or as keys.</summary>
    private static void RequireNothingOfLinux(CompromisedPhone phone, byte[] memory, string typed)
    {
        // As ui tells of a key: down, up, each with the word that ends it.
        IEnumerable<ulong> words = typed.Select(digit => digit == '0' ? 11U : (uint)(digit - '0' + 1))
            .SelectMany(code => new[] { Screen.Pack(Screen.Key, code, 1), Screen.Pack(Screen.Synchronise, 0, 0), Screen.Pack(Screen.Key, code, 0), Screen.Pack(Screen.Synchronise, 0, 0) });
        byte[] keys = [.. words.SelectMany(BitConverter.GetBytes)];
        foreach (byte[] needle in new[] { Encoding.ASCII.GetBytes(typed), keys, [.. typed.Select(digit => (byte)(digit - '0'))] })
        {
            foreach (MappedRange range in Linux(phone.Image).Concat(phone.Image.DmaMemory()).Concat(MemoryOf(phone.Image, "linux.monitor")).Where(range => !range.Device))
            {
                if (Piece(phone, memory, range.Physical, range.Size).IndexOf(needle) >= 0)
                    throw new BreachException($"the digits are in memory that Linux, its devices or its monitor reach, 0x{range.Physical:x} to 0x{range.Physical + range.Size:x}");
            }
        }
    }

    private static IReadOnlyList<MappedRange> Linux(SystemImage image) => MemoryOf(image, "linux");

    private static IReadOnlyList<MappedRange> MemoryOf(SystemImage image, string partition) =>
        image.PartitionMemory(image.Map.Partitions.Select((placed, index) => (placed.Name, index)).Single(placed => placed.Name == partition).index);

    private static IEnumerable<string> Find(CompromisedPhone phone, byte[] memory, byte[] needle)
    {
        for (int at = 0, next; (next = memory.AsSpan(at).IndexOf(needle)) >= 0; at += next + 1)
        {
            ulong address = phone.Image.Map.MemoryBase + (ulong)(at + next);
            PlacedArea? area = phone.Image.Map.Areas.FirstOrDefault(area => address >= area.Address && address < area.End);
            yield return area is null ? "nobody" : area.Owner;
        }
    }

    private static ReadOnlySpan<byte> Piece(CompromisedPhone phone, byte[] memory, ulong address, ulong size) => memory.AsSpan((int)(address - phone.Image.Map.MemoryBase), (int)size);
}
