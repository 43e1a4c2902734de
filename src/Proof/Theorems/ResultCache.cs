using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Redoubt.Proof.Theorems;

/// <summary>
/// Keeps what was shown of whole handlers between runs, one file for each handler and solver. It counts only as long as nothing changed that
/// it depends on: kernel file, prover, solver.
/// </summary>
public sealed class ResultCache
{
    private static readonly Lazy<byte[]> Prover = new(HashProver);
    private readonly string _folder;
    private readonly CancellationToken _stop;
    private readonly Lock _writing = new();

    /// <summary>Uses a folder.</summary>
    /// <param name="folder">The folder; made when there is something to keep.</param>
    /// <param name="stop">Once it is set nothing is written, and a file that is being written is written to its end first.</param>
    public ResultCache(string folder, CancellationToken stop)
    {
        (_folder, _stop) = (folder, stop);
        stop.Register(() =>
        {
            lock (_writing)
            {
                // What is being written is written to its end.
            }
        });
    }

    private sealed record Kept(string Key, HandlerResult Result);

    /// <summary>What a result depends on, as one hash.</summary>
    /// <param name="kernel">Hash of the kernel's file.</param>
    /// <param name="solver">What the solver says of its version.</param>
    /// <param name="handler">Name of the handler.</param>
    public static string Key(string kernel, string solver, string handler) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Prover.Value, .. Encoding.UTF8.GetBytes($"{kernel}\n{solver}\n{handler}")]));

    /// <summary>The last result of a handler, whatever it depends on: tells how long it takes. Null if there is none.</summary>
    public HandlerResult? Last(string handler, string solver) => Read(handler, solver)?.Result;

    /// <summary>The result of a handler, if it has not changed what it depends on.</summary>
    public HandlerResult? Find(string handler, string solver, string key) => Read(handler, solver) is { } kept && kept.Key == key ? kept.Result : null;

    /// <summary>Keeps a result: all or nothing.</summary>
    public void Add(string handler, string solver, string key, HandlerResult result)
    {
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(new Kept(key, result));
        lock (_writing)
        {
            _stop.ThrowIfCancellationRequested();
            string file = FileOf(handler, solver), temporary = $"{file}.{Environment.ProcessId}.tmp";
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(temporary, text);
            File.Move(temporary, file, overwrite: true);
        }
    }

    private Kept? Read(string handler, string solver)
    {
        string file = FileOf(handler, solver);
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<Kept>(File.ReadAllBytes(file)) : null;
        }
        catch (JsonException)
        {
            // Written by another version of the prover.
            return null;
        }
    }

    private string FileOf(string handler, string solver) => Path.Combine(_folder, solver, handler.Replace(' ', '-') + ".json");

    /// <summary>SHA-256 of the prover: its own assemblies.</summary>
    private static byte[] HashProver()
    {
        SortedDictionary<string, Assembly> all = new(StringComparer.Ordinal);
        void Add(Assembly assembly)
        {
            if (!all.TryAdd(assembly.Location, assembly))
                return;
            foreach (AssemblyName name in assembly.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("Redoubt.", StringComparison.Ordinal)))
            {
                Add(Assembly.Load(name));
            }
        }

        Add(typeof(ResultCache).Assembly);
        return SHA256.HashData([.. all.Keys.SelectMany(File.ReadAllBytes)]);
    }
}
