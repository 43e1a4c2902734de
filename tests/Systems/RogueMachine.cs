using System.Buffers.Binary;
using System.Text.RegularExpressions;
using Redoubt.Abi;
using Redoubt.Image;
using Redoubt.Tool;
using Redoubt.Tool.Builds;
using Redoubt.Tool.Machines;

namespace Redoubt.Systems;

/// <summary>
/// The system of tests/descriptions/rogue.toml, whose guest has its disk read and write everybody's memory, and what is left of that on the disk and in
/// the machine's memory. Both are files here.
/// </summary>
internal sealed class RogueMachine : IDisposable
{
    // What tests/programs/Rogue does: sectors of the disk, and the mark that its disk writes.
    private const int SectorSize = 512, WordSize = 4, FirstSector = 1, ListSector = 0x8000;
    private const uint Mark = 0xd15c_f00d;
    private const long DiskSize = 32 << 20;

    /// <summary>Stream ID of the disk: slot 2 of bus 0.</summary>
    public const uint DiskStream = 2 << 3;

    private readonly string _folder = Directory.CreateTempSubdirectory("redoubt-rogue-").FullName;
    private readonly SystemImage _image;

    /// <param name="change">Changes the image before it boots, or null.</param>
    public RogueMachine(Action<Memory<byte>>? change = null)
    {
        BuiltSystem built = BuiltSystem.Build(Path.Combine(Workspace.Root, "tests/descriptions/rogue.toml"), null, _ => { });
        _image = built.Image;
        byte[] bytes = _image.Bytes.ToArray();
        change?.Invoke(bytes);
        string image = Path.Combine(_folder, "rogue.img"), disk = Path.Combine(_folder, "disk");
        File.WriteAllBytes(image, bytes);
        using (FileStream file = File.Create(disk))
            file.SetLength(DiskSize);
        Machine = Machine.Boot(built.Machine with
        {
            Kernel = image,
            Smmu = true,
            Disk = disk,
            Extra = ["-object", $"memory-backend-file,id=ram,size={built.Memory}M,mem-path={MemoryPath},share=on", "-machine", "memory-backend=ram"],
        });
    }

    public Machine Machine { get; }

    /// <summary>Waits for what the rogue says, as long as it gets on.</summary>
    public void Expect(string text)
    {
        while (Machine.Expect($"(?<said>{Regex.Escape(text)})|rogue: at [0-9]+").Groups["said"].Length == 0)
            continue;
    }

    /// <summary>Memory of the machine as it is now.</summary>
    public byte[] Memory
    {
        get
        {
            using FileStream file = Open(MemoryPath);
            byte[] memory = new byte[file.Length];
            file.ReadExactly(memory);
            return memory;
        }
    }

    /// <summary>Addresses that the disk was told to access.</summary>
    public IReadOnlyList<ulong> Targets
    {
        get
        {
            int count = int.Parse(Regex.Match(Machine.Text, @"rogue: targets ([0-9]+)").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
            byte[] list = Read(ListSector * SectorSize, count * sizeof(ulong));
            return [.. Enumerable.Range(0, count).Select(i => BinaryPrimitives.ReadUInt64LittleEndian(list.AsSpan(i * sizeof(ulong))))];
        }
    }

    /// <summary>Targets of which the disk has got a word that is not zero.</summary>
    public IReadOnlyList<ulong> ReadBy()
    {
        IReadOnlyList<ulong> targets = Targets;
        byte[] sectors = Read(FirstSector * SectorSize, targets.Count * SectorSize);
        return [.. targets.Where((_, i) => sectors.AsSpan((i + 1) * SectorSize - WordSize, WordSize).ContainsAnyExcept((byte)0))];
    }

    /// <summary>Physical addresses of the mark outside of the rogue's own memory.</summary>
    public static IReadOnlyList<ulong> Marks(SystemMap map, ReadOnlySpan<byte> memory)
    {
        PlacedArea own = map.Areas.Single(area => area is { Owner: "rogue", Purpose: "memory" });
        Span<byte> mark = stackalloc byte[WordSize];
        BinaryPrimitives.WriteUInt32LittleEndian(mark, Mark);
        List<ulong> found = [];
        for (int at = 0, next; (next = memory[at..].IndexOf(mark)) >= 0; at += next + 1)
        {
            ulong address = map.MemoryBase + (ulong)(at + next);
            if (address < own.Address || address >= own.End)
                found.Add(address);
        }

        return found;
    }

    /// <summary>Areas that nobody ever writes after boot and that are not what the image has there.</summary>
    public IReadOnlyList<string> Changed(ReadOnlySpan<byte> memory)
    {
        List<string> changed = [];
        foreach (PlacedArea area in _image.Map.Areas.Where(area => area.Storage == Storage.File && area.Owner != "loader" && area.Purpose is not ("manifest" or "data")))
        {
            ReadOnlySpan<byte> now = memory.Slice((int)(area.Address - _image.Map.MemoryBase), (int)area.Size);
            if (!now.SequenceEqual(_image.Bytes.Span.Slice((int)(area.Address - Layout.LoadBase), (int)area.Size)))
                changed.Add($"{area.Owner}'s {area.Purpose}");
        }

        return changed;
    }

    /// <summary>Who is where.</summary>
    public SystemMap Map => _image.Map;

    /// <inheritdoc/>
    public void Dispose()
    {
        Machine.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string MemoryPath => Path.Combine(_folder, "memory");

    private byte[] Read(int offset, int size)
    {
        using FileStream file = Open(Path.Combine(_folder, "disk"));
        file.Position = offset;
        byte[] bytes = new byte[size];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
}
