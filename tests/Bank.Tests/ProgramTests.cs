using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;

namespace Redoubt.Bank.Tests;

/// <summary>The bank as a program.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("redoubt-bank-");

    [Fact]
    public void It_says_where_it_is_and_ends_with_its_input()
    {
        using Process bank = Start("--demo", "--attached");
        JsonElement where = JsonDocument.Parse(bank.StandardOutput.ReadLine()!).RootElement;
        Assert.Equal(10, where.GetProperty("customer").GetProperty("code").GetString()!.Length);
        using (TcpClient device = new("127.0.0.1", where.GetProperty("devicePort").GetInt32()))
            Assert.True(device.Connected);
        bank.StandardInput.Close();
        Assert.Equal((0, ""), End(bank));
    }

    [Fact]
    public void It_prepares_its_folder_and_keeps_secrets_to_itself()
    {
        using (Process bank = Start("--prepare"))
            Assert.Equal((0, ""), End(bank));
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "data", "anchors.cbor")));
        foreach (string secret in (string[])["pepper", "root.key", "server.key"])
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.FullName, "data", secret)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(_folder.FullName, "data")));
    }

    [Fact]
    public void A_port_that_is_taken_is_said_in_one_line()
    {
        using TcpListener other = new(System.Net.IPAddress.Loopback, 0);
        other.Start();
        using Process bank = Start("--device-port", $"{((System.Net.IPEndPoint)other.LocalEndpoint).Port}");
        (int status, string errors) = End(bank);
        Assert.Equal(2, status);
        Assert.Matches("^Failed to bind .* address already in use\\.$", errors);
    }

    [Fact]
    public void A_file_that_is_no_certificate_is_named()
    {
        string maker = Path.Combine(_folder.FullName, "data", "makers", "maker.der");
        Directory.CreateDirectory(Path.GetDirectoryName(maker)!);
        File.WriteAllText(maker, "no certificate");
        using Process bank = Start();
        (int status, string errors) = End(bank);
        Assert.Equal(2, status);
        Assert.StartsWith($"{maker}: no certificate: ", errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Process Start(params string[] options)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Redoubt.Bank.dll");
        return Process.Start(new ProcessStartInfo("dotnet", [program, "--data", Path.Combine(_folder.FullName, "data"), .. options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static (int Status, string Errors) End(Process bank)
    {
        string errors = bank.StandardError.ReadToEnd();
        bank.WaitForExit();
        return (bank.ExitCode, errors.Trim());
    }
}
