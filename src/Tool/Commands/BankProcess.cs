using System.Diagnostics;
using System.Text.Json;
using Redoubt.Tool.Builds;
using Redoubt.Tool.Machines;

namespace Redoubt.Tool.Commands;

/// <summary>
/// A bank that runs (src/Bank), as a process of its own. It never outlives this object nor this process: it ends when its standard input ends, in whatever way
/// that comes about.
/// </summary>
public sealed class BankProcess : IDisposable
{
    private const string Anchors = "anchors.cbor";

    /// <summary>How long the bank may take to end by itself, in ms.</summary>
    private const int LongestEnd = 5000;

    private readonly Process _process;
    private readonly IDisposable _cleanUp;

    private BankProcess(Process process, Whereabouts whereabouts)
    {
        (_process, Where) = (process, whereabouts);
        _cleanUp = Interruption.OnExit(End);
    }

    /// <summary>What a bank says when it runs.</summary>
    /// <param name="DevicePort">Port for devices, on the loopback interface.</param>
    /// <param name="AppPort">Port for the app on the phone.</param>
    /// <param name="ClerkPage">Address of the clerk's page; whoever knows it gets in.</param>
    /// <param name="Customer">The customer that was added, if one was.</param>
    public sealed record Whereabouts(int DevicePort, int AppPort, Uri ClerkPage, NewCustomer? Customer);

    /// <summary>What a new customer would be sent by post.</summary>
    public sealed record NewCustomer(string Name, string Account, string Pin, string AppKey, string Code);

    /// <summary>Ports; 0 is any.</summary>
    public sealed record Ports(int Device = 0, int App = 0, int Clerk = 0);

    /// <summary>Where the bank keeps everything if nobody says otherwise.</summary>
    public static string StandardFolder => Path.Combine(Workspace.Artifacts, "bank");

    /// <summary>Where the bank is.</summary>
    public Whereabouts Where { get; }

    /// <summary>The anchors of a pinpad that knows this bank, which are made if they are missing: an image needs them before the bank can know its measurements.</summary>
    /// <returns>Path of the file.</returns>
    public static string MakeAnchors(string folder, Action<string> note)
    {
        string file = Path.Combine(folder, Anchors);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(folder))!);
        using IDisposable held = Files.Lock(Path.GetFullPath(folder) + ".lock", () => note("waiting for the bank's folder"));
        if (!File.Exists(file) && Subprocess.Run("dotnet", [Build(note), "--data", folder, "--prepare"]) is { Status: not 0 } failed)
            throw new UserError($"the bank can't be prepared: {failed.Text}");
        return file;
    }

    /// <summary>Starts a bank that trusts the maker of the simulated device.</summary>
    /// <param name="folder">Where it keeps everything.</param>
    /// <param name="ports">Its ports.</param>
    /// <param name="references">Files of reference values that it is to know from now on.</param>
    /// <param name="addCustomer">Whether a customer is added.</param>
    /// <param name="note">Told what goes on.</param>
    /// <exception cref="UserError">It does not start.</exception>
    public static BankProcess Start(string folder, Ports ports, IEnumerable<string> references, bool addCustomer, Action<string> note)
    {
        string program = Build(note);
        MakeAnchors(folder, note);
        File.Copy(SimulatedDevice.MakerCertificate, Path.Combine(folder, "makers", "simulated-device.der"), overwrite: true);
        foreach (string reference in references)
            File.Copy(reference, Path.Combine(folder, "references", Path.GetFileName(reference)), overwrite: true);
        string[] options = ["--device-port", $"{ports.Device}", "--app-port", $"{ports.App}", "--clerk-port", $"{ports.Clerk}"];
        Process process = Subprocess.Start(new ProcessStartInfo("dotnet", [program, "--data", folder, "--attached", .. options, .. addCustomer ? (string[])["--demo"] : []])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        note("starting the bank");
        if (process.StandardOutput.ReadLine() is { } line)
        {
            process.ErrorDataReceived += (_, error) =>
            {
                if (error.Data is { } text)
                    Console.Error.WriteLine(text);
            };
            process.BeginErrorReadLine();
            return new BankProcess(process, JsonSerializer.Deserialize<Whereabouts>(line, JsonSerializerOptions.Web)!);
        }

        string errors = process.StandardError.ReadToEnd().Trim();
        process.Dispose();
        throw new UserError($"the bank does not start: {errors}");
    }

    /// <summary>Waits until the bank has ended.</summary>
    /// <returns>Its exit status.</returns>
    public int WaitForExit()
    {
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        _cleanUp.Dispose();
        _process.Dispose();
    }

    private void End()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(LongestEnd))
            Subprocess.Kill(_process);
    }

    /// <returns>Path of the program.</returns>
    private static string Build(Action<string> note)
    {
        string folder = Path.Combine(Workspace.Root, "src", "Bank");
        DotnetBuild.Run("bank", [Path.Combine(folder, "Redoubt.Bank.csproj")], [folder, .. Programs.BuildSettings()], note);
        return Path.Combine(Workspace.Artifacts, "bin", "Redoubt.Bank", "release", "Redoubt.Bank.dll");
    }
}
