using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;

namespace Redoubt.Bank.State;

/// <summary>The bank's SQLite file. Each statement is durable when it returns: an attempt that was counted stays counted.</summary>
public sealed class Database
{
    private readonly string _connection;

    /// <summary>Opens or makes the file.</summary>
    /// <param name="file">Its path.</param>
    public Database(string file)
    {
        _connection = new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true, DefaultTimeout = 30 }.ToString();
        Execute("PRAGMA journal_mode = WAL");
        using StreamReader schema = new(Assembly.GetExecutingAssembly().GetManifestResourceStream("schema.sql")!);
        Execute(schema.ReadToEnd());
    }

    /// <summary>Executes a statement.</summary>
    /// <returns>Number of rows that it changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using SqliteConnection connection = Open();
        using SqliteCommand command = Command(connection, sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>Reads rows.</summary>
    public IReadOnlyList<T> Query<T>(string sql, Func<Row, T> read, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using SqliteConnection connection = Open();
        using SqliteCommand command = Command(connection, sql, values);
        using SqliteDataReader reader = command.ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
            rows.Add(read(new Row(reader)));
        return rows;
    }

    private SqliteConnection Open()
    {
        SqliteConnection connection = new(_connection);
        connection.Open();
        using SqliteCommand durable = connection.CreateCommand();
        durable.CommandText = "PRAGMA synchronous = FULL";
        durable.ExecuteNonQuery();
        return connection;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object? value) in values)
            command.Parameters.AddWithValue("@" + name, value is DateTime time ? Seconds(time) : value ?? DBNull.Value);
        return command;
    }

    private static long Seconds(DateTime time) => new DateTimeOffset(time).ToUnixTimeSeconds();

    /// <summary>One row; columns by name.</summary>
    public readonly struct Row(SqliteDataReader reader)
    {
        /// <summary>A text.</summary>
        public string Text(string column) => reader.GetString(reader.GetOrdinal(column));

        /// <summary>A text or null.</summary>
        public string? TextOrNull(string column) => reader[column] as string;

        /// <summary>A number.</summary>
        public long Number(string column) => Convert.ToInt64(reader[column], CultureInfo.InvariantCulture);

        /// <summary>A number or null.</summary>
        public long? NumberOrNull(string column) => reader[column] is DBNull ? null : Number(column);

        /// <summary>Bytes.</summary>
        public byte[] Bytes(string column) => (byte[])reader[column];

        /// <summary>Bytes or null.</summary>
        public byte[]? BytesOrNull(string column) => reader[column] as byte[];

        /// <summary>A time, UTC.</summary>
        public DateTime Time(string column) => DateTimeOffset.FromUnixTimeSeconds(Number(column)).UtcDateTime;

        /// <summary>A time or null.</summary>
        public DateTime? TimeOrNull(string column) => reader[column] is DBNull ? null : Time(column);
    }
}
