// polars.js - the job in polars: node polars.js TABLE REPORT. The table is scanned and the report
// written in a stream; POLARS_MAX_THREADS sets the threads, NODE_PATH says where polars is.
const pl = require('nodejs-polars');
const [, , table, report] = process.argv;

const names = (letter, count) => [...Array(count)].map((_, i) => `${letter}${i + 1}`);
const A = names('a', 12), B = names('b', 10), F = names('f', 8);
const add = list => list.reduce((x, y) => x.plus(y));
const when = (condition, value) => pl.when(condition).then(value).otherwise(pl.lit(null));

const keyed = name => name === 'a3' || name === 'a9'
    ? pl.lit(6).minus(pl.col(name)).cast(pl.Float64)
    : pl.col(name).cast(pl.Float64);
const sum = items => add(items.map(x => x.fillNull(0)));
const answered = items => add(items.map(x => x.isNotNull().cast(pl.Float64)));
const mean = (columns, needed) => {
    const items = columns.map(keyed);
    return when(answered(items).gtEq(needed), sum(items).div(answered(items)));
};
const band = (score, low, high, [first, second, third]) =>
    pl.when(pl.col(score).lt(low)).then(pl.lit(first))
        .when(pl.col(score).lt(high)).then(pl.lit(second))
        .when(pl.col(score).isNotNull()).then(pl.lit(third))
        .otherwise(pl.lit(null));
const columns = (...list) => list.map(name => pl.col(name));

const schema = { client_id: pl.Utf8, session: pl.Int16, date: pl.Utf8 };
for (const name of [...A, ...B, ...F])
    schema[name] = pl.Int8;

const W = [1, 1, 2, 1, 3, 2, 1, 2, 1, 3];
const b = B.map(name => pl.col(name).cast(pl.Float64));
const weighted = add(b.map((x, i) => x.fillNull(0).mul(W[i])));
const weights = add(b.map((x, i) => x.isNotNull().cast(pl.Float64).mul(W[i])));

const scored = pl.scanCSV(table, { schema, hasHeader: true, tryParseDates: false })
    .select(
        ...columns('client_id', 'session', 'date'),
        mean(A.slice(0, 4), 3).alias('al_goal'),
        mean(A.slice(4, 8), 3).alias('al_task'),
        mean(A.slice(8), 3).alias('al_bond'),
        mean(A, 9).mul(12).alias('al_total'),
        when(answered(b).gtEq(8), weighted.mul(17).div(weights)).alias('bd_score'),
        add(B.map(name => pl.col(name).eq(2).fillNull(false).cast(pl.Int32))).alias('bd_flags'),
        mean(F.slice(0, 2), 1).alias('cf_client'),
        mean(F.slice(2, 4), 1).alias('own'),
        mean(F.slice(4, 6), 1).alias('cf_modality'),
        mean(F.slice(6, 8), 1).alias('cf_expectancy'))
    .withColumns(pl.col('own').plus(pl.col('al_total').div(12).minus(1).mul(2.5)).div(2)
        .alias('cf_relationship'))
    .withColumns(pl.col('cf_client').mul(0.4).plus(pl.col('cf_relationship').mul(0.3))
        .plus(pl.col('cf_modality').mul(0.15)).plus(pl.col('cf_expectancy').mul(0.15))
        .alias('cf_composite'))
    .select(
        ...columns('client_id', 'session', 'date', 'al_goal', 'al_task', 'al_bond', 'al_total'),
        band('al_total', 36, 48, ['low', 'moderate', 'high']).alias('al_band'),
        ...columns('bd_score', 'bd_flags'),
        band('bd_score', 12, 20, ['clear', 'watch', 'blurred']).alias('bd_band'),
        ...columns('cf_client', 'cf_relationship', 'cf_modality', 'cf_expectancy', 'cf_composite'),
        band('cf_composite', 4, 6, ['low', 'mid', 'high']).alias('cf_band'));
const sink = scored.sinkCSV(report, { floatPrecision: 3 });
if (sink && sink.collectSync)
    sink.collectSync();
