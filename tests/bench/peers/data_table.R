# data_table.R - the job in R: Rscript data_table.R TABLE REPORT THREADS
# fread and fwrite of data.table, matrices of base R between them.
suppressMessages(library(data.table))
given <- commandArgs(TRUE)
setDTthreads(as.integer(given[3]))
d <- fread(given[1], colClasses = list(character = c("client_id", "date")), na.strings = "")

answers <- function(name, count) {
  m <- as.matrix(d[, paste0(name, seq_len(count)), with = FALSE])
  storage.mode(m) <- "double"
  m
}
mean_of <- function(m, needed) {
  n <- rowSums(!is.na(m))
  r <- rowSums(m, na.rm = TRUE) / n
  r[n < needed] <- NA
  r
}
band <- function(score, cuts, names) names[findInterval(score, cuts) + 1L]

a <- answers("a", 12)
a[, c(3, 9)] <- 6 - a[, c(3, 9)]
total <- mean_of(a, 9) * 12

b <- answers("b", 10)
weight <- c(1, 1, 2, 1, 3, 2, 1, 2, 1, 3)
there <- !is.na(b)
b[!there] <- 0
score <- drop(b %*% weight) * 17 / drop(there %*% weight)
score[rowSums(there) < 8] <- NA

f <- answers("f", 8)
client <- mean_of(f[, 1:2], 1)
own <- mean_of(f[, 3:4], 1)
modality <- mean_of(f[, 5:6], 1)
expectancy <- mean_of(f[, 7:8], 1)
relationship <- (own + (total / 12 - 1) * 2.5) / 2
composite <- .4 * client + .3 * relationship + .15 * modality + .15 * expectancy

report <- data.table(
  client_id = d$client_id, session = d$session, date = d$date,
  al_goal = round(mean_of(a[, 1:4], 3), 2), al_task = round(mean_of(a[, 5:8], 3), 2),
  al_bond = round(mean_of(a[, 9:12], 3), 2), al_total = round(total, 2),
  al_band = band(total, c(36, 48), c("low", "moderate", "high")),
  bd_score = round(score, 2), bd_flags = as.integer(rowSums(b == 2)),
  bd_band = band(score, c(12, 20), c("clear", "watch", "blurred")),
  cf_client = round(client, 2), cf_relationship = round(relationship, 2),
  cf_modality = round(modality, 2), cf_expectancy = round(expectancy, 2),
  cf_composite = round(composite, 3), cf_band = band(composite, c(4, 6), c("low", "mid", "high")))
fwrite(report, given[2], na = "", quote = FALSE)
