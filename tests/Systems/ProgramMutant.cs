using System.Buffers.Binary;
using System.Text;
using Redoubt.Image;
using Redoubt.Tool;
using Redoubt.Tool.Builds;
using Redoubt.Tool.Machines;

namespace Redoubt.Systems;

/// <summary>
/// The shipped kernel, or another program, with a few instructions changed: one that lacks a protection. The instructions are found by the function's symbol
/// and by what they are; when they are not found, the program has changed and the mutant must be thought over.
/// </summary>
/// <param name="program">The program's name.</param>
public sealed class ProgramMutant(string program = "kernel")
{
    /// <summary>Instructions (Arm ARM C6.2).</summary>
    public const uint Return = 0xd65f_03c0, Nop = 0xd503_201f;

    private readonly byte[] _elf = File.ReadAllBytes(Programs.Build([program], _ => { })[program]);

    /// <summary>The program's name.</summary>
    public string Program => program;

    private ReadOnlySpan<byte> Elf => _elf;

    /// <summary>Replaces the first instructions of a function.</summary>
    public ProgramMutant Begin(string function, params ReadOnlySpan<uint> replacement)
    {
        (int start, int end) = Find(function);
        if (replacement.Length > (end - start) / 4)
            throw new InvalidOperationException($"{function} of the {program} is too short: this mutant must be thought over");
        for (int i = 0; i < replacement.Length; i++)
            Write(start + 4 * i, replacement[i]);
        return this;
    }

    /// <summary>Has a function be another one: a branch in place of its first instruction.</summary>
    public ProgramMutant Become(string function, string other)
    {
        const uint Branch = 0x1400_0000, Words = 0x03ff_ffff;
        return Begin(function, Branch | ((uint)(Find(other).Start - Find(function).Start) / 4 & Words));
    }

    /// <summary>Replaces every instruction of a function that matches.</summary>
    /// <param name="function">Its symbol.</param>
    /// <param name="instruction">The bits under the mask.</param>
    /// <param name="mask">Which bits count.</param>
    /// <param name="replace">Makes the new instruction from the old one.</param>
    /// <param name="after">An instruction that must stand before it, and its mask; none by default.</param>
    public ProgramMutant Replace(string function, uint instruction, uint mask, Func<uint, uint> replace, (uint Instruction, uint Mask) after = default)
    {
        (int start, int end) = Find(function);
        int[] found = [.. Enumerable.Range(0, (end - start) / 4)
            .Select(word => start + 4 * word)
            .Where(at => (Word(at) & mask) == instruction && (Word(at - 4) & after.Mask) == after.Instruction)];
        if (found.Length == 0)
            throw new InvalidOperationException($"{function} of the {program} has no instruction 0x{instruction:x8} (mask 0x{mask:x8}): this mutant must be thought over");
        foreach (int at in found)
            Write(at, replace(Word(at)));
        return this;
    }

    /// <summary>Replaces every instruction of a function that is exactly this one.</summary>
    public ProgramMutant Replace(string function, uint instruction, uint replacement) =>
        Replace(function, instruction, ~0U, _ => replacement);

    /// <summary>Replaces bytes that the program has once: code of an interpreter, which has no instructions.</summary>
    public ProgramMutant ReplaceBytes(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> replacement)
    {
        int at = Elf.IndexOf(bytes);
        if (at < 0 || Elf[(at + 1)..].IndexOf(bytes) >= 0)
            throw new InvalidOperationException($"the {program} does not have {Convert.ToHexStringLower(bytes)} once: this mutant must be thought over");
        replacement.CopyTo(_elf.AsSpan(at));
        return this;
    }

    /// <summary>Builds a system of tests/descriptions.</summary>
    /// <param name="description">Its name.</param>
    /// <param name="kernel">Path of the kernel's ELF file, if not the one that ships.</param>
    /// <param name="name">Name of the image's file.</param>
    public static (QemuMachine Machine, SystemImage Image) Build(string description, string? kernel, string name)
    {
        SystemDescription system = SystemDescription.Load(Path.Combine(Workspace.Root, "tests/descriptions", $"{description}.toml"));
        Artifacts artifacts = Artifacts.For(system, ["kernel", "loader", "monitor"], _ => { });
        SystemImage image = Builder.Build(system, new BuildOptions
        {
            Artifacts = artifacts,
            KernelElf = kernel ?? artifacts.Program("kernel"),
            LoaderElf = artifacts.Program("loader"),
        });
        string file = Path.Combine(Workspace.Artifacts, "systems", $"{name}.img");
        Files.Write(file, image.Write);
        return (new QemuMachine { Kernel = file, Cpus = (int)system.Cpus.Value, Memory = (int)(system.Memory.Value >> 20) }, image);
    }

    /// <summary>Writes the ELF file.</summary>
    /// <returns>Its path.</returns>
    public string Save(string name)
    {
        string path = Path.Combine(Workspace.Artifacts, "systems", $"{name}.elf");
        Files.Write(path, file => File.WriteAllBytes(file, _elf));
        return path;
    }

    private uint Word(int at) => BinaryPrimitives.ReadUInt32LittleEndian(Elf[at..]);

    private void Write(int at, uint word) => BinaryPrimitives.WriteUInt32LittleEndian(_elf.AsSpan(at), word);

    /// <summary>Offsets in the file of a function's start and of the next symbol, System V ABI chapters 4 and 5.</summary>
    private (int Start, int End) Find(string function)
    {
        const int symbolSize = 24, typeTable = 2;
        (int Offset, int Size, int Link, int Address, int Type) Section(int index)
        {
            ReadOnlySpan<byte> header = Elf[((int)BinaryPrimitives.ReadUInt64LittleEndian(Elf[0x28..]) + 64 * index)..];
            return ((int)BinaryPrimitives.ReadUInt64LittleEndian(header[24..]), (int)BinaryPrimitives.ReadUInt64LittleEndian(header[32..]),
                BinaryPrimitives.ReadInt32LittleEndian(header[40..]), (int)BinaryPrimitives.ReadUInt64LittleEndian(header[16..]),
                BinaryPrimitives.ReadInt32LittleEndian(header[4..]));
        }

        int count = BinaryPrimitives.ReadUInt16LittleEndian(Elf[0x3c..]);
        var table = Enumerable.Range(0, count).Select(Section).Single(section => section.Type == typeTable);
        int names = Section(table.Link).Offset;
        List<(string Name, int Section, int Address)> symbols = [.. Enumerable.Range(0, table.Size / symbolSize).Select(i =>
        {
            ReadOnlySpan<byte> symbol = Elf[(table.Offset + symbolSize * i)..];
            ReadOnlySpan<byte> name = Elf[(names + BinaryPrimitives.ReadInt32LittleEndian(symbol))..];
            return (Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]), BinaryPrimitives.ReadUInt16LittleEndian(symbol[6..]),
                (int)BinaryPrimitives.ReadUInt64LittleEndian(symbol[8..]));
        })];
        (string _, int index, int address) = symbols.Find(symbol => symbol.Name == function);
        if (address == 0)
            throw new InvalidOperationException($"the {program} has no function {function}: this mutant must be thought over");
        // Mapping symbols ($x, $d) end nothing.
        int end = symbols.Where(symbol => symbol.Section == index && symbol.Address > address && !symbol.Name.StartsWith('$')).Min(symbol => symbol.Address);
        (int offset, _, _, int home, _) = Section(index);
        return (offset + address - home, offset + end - home);
    }
}
