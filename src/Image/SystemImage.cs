using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>A bootable image: the file's bytes, to be loaded at <see cref="Layout.LoadBase"/>, and the map that they contain.</summary>
public sealed class SystemImage
{
    private const int DescriptionOffset = (int)(Layout.Description - Layout.LoadBase);
    private const int ConfigOffset = (int)(Layout.Config - Layout.LoadBase);

    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = false,
        IgnoreReadOnlyProperties = true,
    };

    internal SystemImage(ReadOnlyMemory<byte> bytes, SystemMap map) => (Bytes, Map) = (bytes, map);

    /// <summary>The file.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Who is where.</summary>
    public SystemMap Map { get; }

    /// <summary>The kernel's configuration, in place.</summary>
    public ref readonly Config Config => ref MemoryMarshal.AsRef<Config>(Bytes.Span[ConfigOffset..]);

    /// <summary>The loader's table, in place.</summary>
    public ref readonly BootInfo BootInfo => ref MemoryMarshal.AsRef<BootInfo>(Bytes.Span[(int)(Layout.BootInfo - Layout.LoadBase)..]);

    /// <summary>Where the stage before the loader hands over the device's secret; null if nobody has an identity.</summary>
    public ulong? DeviceSecret => BootInfo.Identity.DeviceSecret is > 0 and ulong address ? address : null;

    /// <summary>What the stage-2 tables of a partition map, by its index.</summary>
    public IReadOnlyList<MappedRange> PartitionMemory(int index) =>
        TableWalk.Walk(Bytes, Layout.LoadBase, Stage.Two, Config.Partitions[index].Vttbr & RootMask);

    /// <summary>What the kernel's own tables map.</summary>
    public IReadOnlyList<MappedRange> KernelMemory() => TableWalk.Walk(Bytes, Layout.LoadBase, Stage.One, Config.KernelTables);

    /// <summary>What the devices behind the SMMU reach, by the tables of their context; nothing if there are none.</summary>
    public IReadOnlyList<MappedRange> DmaMemory()
    {
        if (Map.Smmu is null || Map.Devices.Select(device => device.Streams).OfType<StreamRange>().FirstOrDefault() is not { } streams)
            return [];
        // A stream table entry has the address of its context in bits 51:6, a context that of its tables in word 1 (Arm IHI 0070, 5.2 and 5.4).
        const ulong ContextMask = 0x0000_ffff_ffff_ffc0;
        ulong context = Word(BootInfo.Smmu.Streams + (streams.First * 64UL)) & ContextMask;
        return TableWalk.Walk(Bytes, Layout.LoadBase, Stage.Dma, Word(context + 8) & RootMask);
    }

    private ulong Word(ulong address) => address >= Layout.LoadBase && address - Layout.LoadBase <= (ulong)Bytes.Length - sizeof(ulong)
        ? BinaryPrimitives.ReadUInt64LittleEndian(Bytes.Span[(int)(address - Layout.LoadBase)..])
        : throw new InvalidDataException($"0x{address:x} is outside of the image");

    /// <summary>Writes the file.</summary>
    public void Write(string path) => File.WriteAllBytes(path, Bytes.Span);

    /// <summary>Reads an image back from its file.</summary>
    /// <exception cref="UserError">The file is missing or no image of Redoubt.</exception>
    public static SystemImage Read(string path)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            SystemMap map = ReadDescription(bytes) ?? throw new InvalidDataException();
            SystemImage image = new(bytes, map);
            image.Check();
            return image;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserError(new Position(path, 0), "no such file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError(new Position(path, 0), e.Message);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or ArgumentException)
        {
            throw new UserError(new Position(path, 0), "not an image of Redoubt");
        }
    }

    /// <summary>Refuses a file that is cut off or not what it says.</summary>
    private void Check()
    {
        if (Config.Magic != Config.MagicValue || Config.CpuCount != (ulong)Map.Cpus || Map.Partitions.Count > Limits.Partitions)
            throw new InvalidDataException();
        KernelMemory();
        for (int i = 0; i < Map.Partitions.Count; i++)
            PartitionMemory(i);
        DmaMemory();
    }

    /// <summary>VTTBR_EL2.BADDR: the address of the root, without the VMID.</summary>
    private const ulong RootMask = 0x0000_ffff_ffff_f000;

    private static ReadOnlySpan<byte> DescriptionMagic => "REDMAPS1"u8;

    /// <summary>The image's description of itself: magic, length, JSON.</summary>
    internal static byte[] WriteDescription(SystemMap map)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(map, Json);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return [.. DescriptionMagic, .. length, .. json];
    }

    /// <summary>What the bytes of an image say of themselves; null if they say nothing.</summary>
    /// <exception cref="InvalidDataException">There is no such description, or it is cut off.</exception>
    /// <exception cref="JsonException">It can't be read.</exception>
    public static SystemMap? ReadDescription(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < DescriptionOffset + DescriptionMagic.Length + sizeof(long))
            throw new InvalidDataException();
        ReadOnlySpan<byte> description = bytes[DescriptionOffset..];
        if (!description.StartsWith(DescriptionMagic))
            throw new InvalidDataException();
        description = description[DescriptionMagic.Length..];
        long length = BinaryPrimitives.ReadInt64LittleEndian(description);
        description = description[sizeof(long)..];
        return length >= 0 && length <= description.Length
            ? JsonSerializer.Deserialize<SystemMap>(description[..(int)length], Json)
            : throw new InvalidDataException();
    }
}
