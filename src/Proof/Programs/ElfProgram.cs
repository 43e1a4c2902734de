using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Redoubt.Proof.Programs;

/// <summary>A loaded range of a program.</summary>
/// <param name="Address">First address.</param>
/// <param name="Content">Bytes from the file.</param>
/// <param name="Size">Bytes in memory.</param>
/// <param name="Executable">Holds instructions.</param>
/// <param name="Writable">May be written.</param>
public sealed record Segment(ulong Address, byte[] Content, ulong Size, bool Executable, bool Writable)
{
    public ulong End => Address + Size;
}

/// <summary>A function of a program.</summary>
public sealed record Symbol(string Name, ulong Address);

/// <summary>A program as it is shipped: a 64-bit AArch64 ELF file.</summary>
public sealed class ElfProgram
{
    private const uint Load = 1, SymbolTable = 2;
    private const int SymbolSize = 24;
    private readonly byte[] _file;
    private readonly Dictionary<string, ulong> _addresses = [];

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is no ELF file for AArch64, or a part of it is missing.</exception>
    public ElfProgram(byte[] file, string path)
    {
        Path = path;
        _file = file;
        if (file.Length < 64 || !file.AsSpan().StartsWith("\u007fELF\u0002\u0001"u8) || Half(18) != 183)
            throw new InvalidDataException($"{path}: no ELF file for AArch64");
        for (int i = 0, at = At(Long(32)); i < Half(56); i++, at += Half(54))
        {
            if (Word(at) == Load && Long(at + 40) != 0)
            {
                byte[] content = Bytes(At(Long(at + 8)), At(Long(at + 32))).ToArray();
                Segments.Add(new Segment(Long(at + 16), content, Long(at + 40), (Word(at + 4) & 1) != 0, (Word(at + 4) & 2) != 0));
            }
        }

        ReadSymbols();
    }

    public string Path { get; }

    /// <summary>The file, whole.</summary>
    public ReadOnlySpan<byte> File => _file;

    public List<Segment> Segments { get; } = [];

    /// <summary>Symbols of executable segments, by address.</summary>
    public List<Symbol> Functions { get; private set; } = [];

    /// <summary>SHA-256 of the file, in hexadecimal.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(_file));

    /// <summary>Reads a file.</summary>
    public static ElfProgram Read(string path) => new(System.IO.File.ReadAllBytes(path), path);

    /// <summary>The address of a symbol.</summary>
    /// <exception cref="InvalidDataException">There is none of that name.</exception>
    public ulong AddressOf(string name) =>
        _addresses.TryGetValue(name, out ulong address) ? address : throw new InvalidDataException($"{Path}: no symbol {name}");

    /// <summary>The function that an address lies in.</summary>
    public Symbol? FunctionAt(ulong address) => Functions.LastOrDefault(symbol => symbol.Address <= address);

    /// <summary>An address as function and offset, for people.</summary>
    public string PlaceOf(ulong address) => FunctionAt(address) is { } function ? $"{function.Name}+0x{address - function.Address:x}" : $"0x{address:x}";

    /// <summary>One past the last address of the function that starts there.</summary>
    public ulong EndOf(Symbol function)
    {
        ulong next = Functions.Select(symbol => symbol.Address).FirstOrDefault(address => address > function.Address, ulong.MaxValue);
        return Math.Min(next, Segments.First(segment => segment.Address <= function.Address && function.Address < segment.End).End);
    }

    /// <summary>A word of an executable segment, or null.</summary>
    public uint? InstructionAt(ulong address) =>
        (address & 3) == 0 && Segments.Find(segment => segment.Executable && segment.Address <= address && address + 4 <= segment.Address + (ulong)segment.Content.Length)
            is { } segment ? BinaryPrimitives.ReadUInt32LittleEndian(segment.Content.AsSpan((int)(address - segment.Address))) : null;

    /// <summary>Constant memory: bytes that no one may write; null elsewhere.</summary>
    public ulong? ConstantAt(ulong address, int size)
    {
        if (Segments.Find(segment => !segment.Writable && segment.Address <= address && address + (ulong)size <= segment.Address + (ulong)segment.Content.Length) is not { } segment)
            return null;
        ulong value = 0;
        for (int i = size - 1; i >= 0; i--)
        {
            value = (value << 8) | segment.Content[(int)(address - segment.Address) + i];
        }

        return value;
    }

    /// <summary>The same program with one word of code changed, as a file.</summary>
    public ElfProgram Patched(ulong address, uint word)
    {
        byte[] file = (byte[])_file.Clone();
        for (int i = 0, at = At(Long(32)); i < Half(56); i++, at += Half(54))
        {
            ulong start = Long(at + 16);
            if (Word(at) == Load && address >= start && address < start + Long(at + 32))
                BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan((int)(Long(at + 8) + (address - start))), word);
        }

        return new ElfProgram(file, Path);
    }

    private void ReadSymbols()
    {
        List<Symbol> functions = [];
        int headers = At(Long(40)), size = Half(58);
        for (int i = 0; i < Half(60); i++)
        {
            int at = headers + (i * size);
            if (Word(at + 4) != SymbolTable)
                continue;
            int strings = At(Long(headers + (At(Word(at + 40)) * size) + 24));
            for (int entry = At(Long(at + 24)), end = entry + At(Long(at + 32)); entry < end; entry += SymbolSize)
            {
                ulong address = Long(entry + 8);
                string name = Text(strings + At(Word(entry)));
                if (name.Length == 0 || name[0] is '$' or '.' || (Bytes(entry + 4, 1)[0] & 0xf) > 2)
                    continue;
                _addresses[name] = address;
                if (Segments.Exists(segment => segment.Executable && address >= segment.Address && address < segment.End))
                    functions.Add(new Symbol(name, address));
            }
        }

        Functions = functions.OrderBy(symbol => symbol.Address).ToList();
    }

    private string Text(int at)
    {
        ReadOnlySpan<byte> rest = Bytes(at, _file.Length - at);
        int length = rest.IndexOf((byte)0);
        return length >= 0 ? Encoding.UTF8.GetString(rest[..length]) : throw Damaged();
    }

    private ushort Half(int at) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(at, sizeof(ushort)));

    private uint Word(int at) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(at, sizeof(uint)));

    private ulong Long(int at) => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(at, sizeof(ulong)));

    /// <summary>A place or a size within the file.</summary>
    private int At(ulong value) => value <= (ulong)_file.Length ? (int)value : throw Damaged();

    private ReadOnlySpan<byte> Bytes(int at, int size) => at >= 0 && size >= 0 && size <= _file.Length - at ? _file.AsSpan(at, size) : throw Damaged();

    private InvalidDataException Damaged() => new($"{Path}: the ELF file is cut off or damaged");
}
