using System.Buffers.Binary;
using System.Text.Json;

namespace Redoubt.Tool.Builds;

/// <summary>Size of the kernel.</summary>
/// <param name="CSharpLines">Lines of C# that are compiled into it, its own and shared definitions.</param>
/// <param name="AssemblyLines">Lines of assembly.</param>
/// <param name="ImageBytes">Bytes of its loaded sections that are in the file: text, read-only and initialised data.</param>
/// <param name="StateBytes">Bytes of its zero-initialised state.</param>
/// <param name="CorelibLines">Lines of C# of the system module.</param>
public sealed record KernelSize(int CSharpLines, int AssemblyLines, long ImageBytes, long StateBytes, int CorelibLines)
{
    private const string Kernel = "kernel";

    /// <summary>Builds the kernel and measures it. What counts as source is what its project compiles.</summary>
    public static KernelSize Measure(Action<string> note)
    {
        string elf = Programs.Build([Kernel], note)[Kernel];
        note("counting lines");
        string project = Programs.ProjectOf(Kernel);
        (string[] source, string[] assembly) = Sources(project);
        (long image, long state) = Segments(File.ReadAllBytes(elf));
        string corelib = Path.Combine(Workspace.Root, "src/Corelib");
        return new KernelSize(
            source.Sum(Count),
            assembly.Sum(Count),
            image,
            state,
            Directory.EnumerateFiles(corelib, "*.cs", SearchOption.AllDirectories).Sum(Count));
    }

    private static int Count(string file)
    {
        return SourceLines.Count(File.ReadAllText(file));
    }

    private static (string[] Source, string[] Assembly) Sources(string project)
    {
        Subprocess.Result result = Subprocess.Run("dotnet",
            ["msbuild", project, "-nologo", "-nodeReuse:false", "-p:Configuration=Release", "-getItem:Compile", "-getItem:AssemblySource", "-getItem:AssemblyInclude"]);
        if (result.Status != 0)
            throw new UserError(result.Text);
        JsonElement items = JsonDocument.Parse(result.Output).RootElement.GetProperty("Items");
        return (Paths(items, "Compile"), [.. Paths(items, "AssemblySource"), .. Paths(items, "AssemblyInclude")]);
    }

    private static string[] Paths(JsonElement items, string name)
    {
        return items.TryGetProperty(name, out JsonElement list)
            ? [.. list.EnumerateArray().Select(item => item.GetProperty("FullPath").GetString()!)]
            : [];
    }

    /// <summary>Sums up the loaded segments of an ELF file: bytes in the file, and bytes of memory beyond them.</summary>
    private static (long InFile, long Beyond) Segments(ReadOnlySpan<byte> elf)
    {
        const uint loaded = 1;
        int table = (int)BinaryPrimitives.ReadUInt64LittleEndian(elf[32..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(elf[54..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(elf[56..]);
        long inFile = 0, beyond = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = elf.Slice(table + (i * size), size);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != loaded)
                continue;
            long file = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
            inFile += file;
            beyond += BinaryPrimitives.ReadInt64LittleEndian(header[40..]) - file;
        }

        return (inFile, beyond);
    }
}
