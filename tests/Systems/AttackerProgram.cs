using Redoubt.Tool;

namespace Redoubt.Systems;

/// <summary>Linux programs of the attacker's: tests/programs/Attacker.</summary>
internal static class AttackerProgram
{
    /// <summary>Builds one.</summary>
    /// <param name="source">Name of its file.</param>
    /// <param name="options">Of the compiler's.</param>
    /// <returns>What the compiler makes of it.</returns>
    public static byte[] Build(string source, params string[] options)
    {
        string file = Path.GetTempFileName();
        try
        {
            Subprocess.Result built = Subprocess.Run("aarch64-linux-gnu-gcc", [.. options, "-o", file, Path.Combine(Workspace.Root, "tests/programs/Attacker", source)]);
            return built.Status == 0 ? File.ReadAllBytes(file) : throw new InvalidOperationException(built.Text);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
