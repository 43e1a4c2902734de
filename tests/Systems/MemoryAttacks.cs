using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Redoubt.Abi;
using Redoubt.Image;
using Redoubt.PinPad.Interaction;

namespace Redoubt.Systems;

/// <summary>Attacks on memory: reading and writing what others have there, and searching for what they have left. Each leaves the phone's screen as the one that is shown.</summary>
public static class MemoryAttacks
{
    private const int BusError = 128 + 7, LongestPin = 12;

    private const ulong Page = 0x1000;

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

        ulong last = GuestMap.Screen + screen.Size - Page;
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
        ulong[] places = MemoryTargets.Foreign(phone);
        string said = phone.Script(["for place in " + string.Join(' ', places.Select(place => $"0x{place:x}")) + "; do devmem $place 32 >/dev/null 2>&1; echo $place is $?; done 2>/dev/null"]);
        Dictionary<string, int> results = Regex.Matches(said, @"^(0x[0-9a-f]+) is ([0-9]+)", RegexOptions.Multiline).ToDictionary(match => match.Groups[1].Value, match => int.Parse(match.Groups[2].Value));
        foreach (ulong place in places)
        {
            if (results[$"0x{place:x}"] != BusError)
                throw new BreachException($"reading at 0x{place:x} gives {results[$"0x{place:x}"]}, no bus error");
        }

        // A device is told the same addresses, and those of others that to Linux are addresses of its own.
        IReadOnlyList<(ulong Address, byte[] Own)> shared = MemoryTargets.Shared(phone, phone.LowMemory());
        IReadOnlyList<byte[]> read = new DmaDisk(phone).Read([.. places, .. shared.Select(place => place.Address)]);
        foreach ((ulong place, byte[] sector) in places.Zip(read))
        {
            if (sector.AsSpan().ContainsAnyExcept((byte)0))
                throw new BreachException($"the disk reads at 0x{place:x}");
        }

        foreach (((ulong place, byte[] own), byte[] sector) in shared.Zip(read.Skip(places.Length)))
        {
            if (!sector.AsSpan().SequenceEqual(own))
                throw new BreachException($"the disk reads at 0x{place:x} what is not Linux's");
        }

        RequireRecord(phone, phone.LowMemory(), places);
        phone.Cancel();
    }

    /// <summary>
    /// Root has the disk write during an entry: where others have their memory, as they see it and as the machine has it, and to each page of Linux's window, which
    /// is Linux's own.
    /// </summary>
    /// <exception cref="BreachException">Somebody else's memory changed.</exception>
    public static void WriteMemory(CompromisedPhone phone)
    {
        phone.BeginEntry();
        byte[] mark = RandomNumberGenerator.GetBytes(DmaDisk.SectorSize), before = phone.LowMemory();
        ulong[] foreign = MemoryTargets.Foreign(phone);
        IReadOnlyList<(ulong Address, byte[] Own)> shared = MemoryTargets.Shared(phone, before);
        ulong size = phone.Image.Map.Screens.Single(screen => screen.Client == "linux").Size;
        IEnumerable<ulong> window = Enumerable.Range(1, (int)(size / Page)).Select(page => GuestMap.Screen + (ulong)page * Page - DmaDisk.SectorSize);
        // What is not Linux's memory and what is Linux's kernel at the same address: the latter is written as it is.
        new DmaDisk(phone).Write([.. foreign.Concat(window).Select(address => (address, mark)), .. shared]);

        byte[] after = phone.Memory();
        PlacedArea[] others = [.. phone.Image.Map.Areas.Where(area => area.Owner != "linux" && area.Storage != Storage.Device)];
        PlacedArea[] written =
        [
            .. others.Where(area =>
                (area.Storage == Storage.File && area.Purpose != "data" && !Piece(phone, before, area.Address, area.Size).SequenceEqual(Piece(phone, after, area.Address, area.Size)))
                || Piece(phone, after, area.Address, area.Size).IndexOf(mark) >= 0
                || shared.Any(place => place.Address >= area.Address && place.Address < area.End && Piece(phone, after, place.Address, DmaDisk.SectorSize).SequenceEqual(place.Own))),
        ];
        if (written.Length != 0)
            throw new BreachException($"the disk has written {string.Join(" and ", written.Select(area => $"{area.Owner}'s {area.Purpose}"))}");
        MappedRange own = MemoryTargets.Linux(phone.Image).Single(range => range.Virtual == GuestMap.Screen);
        if (Piece(phone, after, own.Physical + Page - DmaDisk.SectorSize, DmaDisk.SectorSize).IndexOf(mark) != 0)
            throw new InvalidOperationException("the disk has not even written to Linux's window: the attack must be thought over");
        RequireRecord(phone, after, foreign);
        phone.Cancel();
    }

    /// <summary>Each refused access is in the SMMU's record, and the monitor has told of one.</summary>
    private static void RequireRecord(CompromisedPhone phone, byte[] memory, ulong[] refused)
    {
        IReadOnlyList<(uint, ulong)> recorded = DmaRecord.Read(phone.Image.Map, memory);
        ulong[] silent = [.. refused.Where(place => !recorded.Contains((DmaDisk.Stream, place)))];
        if (silent.Length != 0)
            throw new BreachException($"of DMA at 0x{silent[0]:x} there is no record");
        phone.Display.Machine.ExpectFrom(0, $@"\*\*\* linux: DMA of stream 0x{DmaDisk.Stream:x4} (from|to) 0x[0-9a-f]+ refused");
    }

    /// <summary>A distinctive PIN is typed and sent to the bank; then all of the machine's memory is searched for it.</summary>
    /// <exception cref="BreachException">It is somewhere where it must not be.</exception>
    public static void SearchForThePin(CompromisedPhone phone)
    {
        phone.BeginEntry();
        string typed = TypeDistinctive(phone);
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
        string watcher = phone.Install("vectors", () => AttackerProgram.Build("vectors.S", "-static", "-nostdlib"));
        phone.Linux.Run($"taskset 1 {watcher} >/tmp/found & echo $! >/tmp/watcher.pid");
        phone.BeginEntry();
        phone.Keypad.AwaitInput();
        phone.Display.Tap("1", "2", "3");
        phone.Display.Await(picture => Keypad.Dots(picture) == 3, "a dot for each digit");
        phone.Cancel();
        // It ends by itself only if it has found something.
        if (phone.Linux.Try("kill $(cat /tmp/watcher.pid)").Status != 0)
            throw new BreachException($"vector registers have what others had there: {phone.Linux.Run("xxd -p -c 32 /tmp/found")}");
    }

    /// <summary>Types a PIN that is nowhere by chance, and neither the customer's nor an earlier one.</summary>
    internal static string TypeDistinctive(CompromisedPhone phone)
    {
        string typed = RandomNumberGenerator.GetString("0123456789", LongestPin);
        phone.Keypad.AwaitInput();
        phone.Display.Tap([.. typed.Select(digit => digit.ToString())]);
        phone.Display.Await(picture => Keypad.Dots(picture) == typed.Length, "a dot for each digit");
        return typed;
    }

    /// <summary>Nothing that Linux, its devices or its monitor can read has the digits, as text or as keys.</summary>
    internal static void RequireNothingOfLinux(CompromisedPhone phone, byte[] memory, string typed)
    {
        // As ui tells of a key: down, up, each with the word that ends it.
        IEnumerable<ulong> words = typed.Select(digit => digit == '0' ? 11U : (uint)(digit - '0' + 1))
            .SelectMany(code => new[] { Screen.Pack(Screen.Key, code, 1), Screen.Pack(Screen.Synchronise, 0, 0), Screen.Pack(Screen.Key, code, 0), Screen.Pack(Screen.Synchronise, 0, 0) });
        byte[] keys = [.. words.SelectMany(BitConverter.GetBytes)];
        foreach (byte[] needle in new[] { Encoding.ASCII.GetBytes(typed), keys, [.. typed.Select(digit => (byte)(digit - '0'))] })
        {
            foreach (MappedRange range in MemoryTargets.Linux(phone.Image).Concat(phone.Image.DmaMemory()).Concat(MemoryTargets.Of(phone.Image, "linux.monitor")).Where(range => !range.Device))
            {
                if (Piece(phone, memory, range.Physical, range.Size).IndexOf(needle) >= 0)
                    throw new BreachException($"the digits are in memory that Linux, its devices or its monitor reach, 0x{range.Physical:x} to 0x{range.Physical + range.Size:x}");
            }
        }
    }

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
